"""A FAISS index of unit vectors with the identifiers of its rows, saved and opened as one folder."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from data.errors import DataError

_INDEX_FILE, _IDENTIFIERS_FILE = "index.faiss", "identifiers.json"


@dataclass(frozen=True)
class VectorIndex:
    """`ids` (object array of str, shape (n,)) name the rows of `index`, an exact inner-product index."""

    ids: npt.NDArray[np.object_]
    index: Any

    @property
    def vectors(self) -> npt.NDArray[np.float32]:
        """float32 of shape (n, d): the vectors themselves, a view into the index (memory-mapped if it is).

        The view keeps the index alive.
        """
        count, dimension = self.index.ntotal, self.index.d
        if not count:
            return np.empty((0, dimension), dtype=np.float32)
        return np.asarray(_View(self.index, (count, dimension)))


class _View:
    """What NumPy makes an array of; as the array's base it holds the index whose memory the array shows."""

    def __init__(self, index: Any, shape: tuple[int, int]) -> None:
        self._index = index
        self.__array_interface__ = {
            "version": 3,
            "typestr": "<f4",
            "shape": shape,
            "data": (int(index.get_xb()), True),  # read-only
        }


def build_index(ids: Iterable[str], vectors: npt.NDArray[np.float32]) -> VectorIndex:
    """Index of `vectors`, float32 of shape (n, d) with rows of unit length; `ids` are their n identifiers."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    return VectorIndex(np.asarray(list(ids), dtype=object), index)


def search(
    index: VectorIndex, queries: npt.NDArray[np.float32], k: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """The `k` rows most similar to each query: cosines and rows, both of shape (number of queries, k), best first.

    Where the index has fewer than `k` rows the rest are row −1.
    """
    similarity, rows = index.index.search(np.ascontiguousarray(queries, dtype=np.float32), k)
    return similarity, rows


def save_index(index: VectorIndex, folder: Path) -> None:
    """Write into `folder`, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    # Written as bytes: a full disk is then an OSError like any other.
    faiss.serialize_index(index.index).tofile(folder / _INDEX_FILE)
    (folder / _IDENTIFIERS_FILE).write_text(json.dumps(index.ids.tolist(), ensure_ascii=False), encoding="utf-8")


def load_index(folder: Path) -> VectorIndex:
    """Open what `save_index` wrote; vectors are memory-mapped, so that processes share them.

    Raises
    ------
    DataError
        A file is missing or damaged, or the two do not belong together.
    """
    try:
        ids = json.loads((folder / _IDENTIFIERS_FILE).read_text(encoding="utf-8"))
        index = faiss.read_index(str(folder / _INDEX_FILE), faiss.IO_FLAG_MMAP_IFC)
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(f"the vector index in {folder} is missing or damaged: {error}", remedy=_REMEDY) from error
    if len(ids) != index.ntotal:
        raise DataError(f"{folder}: {len(ids)} identifiers for {index.ntotal} vectors", remedy=_REMEDY)
    return VectorIndex(np.asarray(ids, dtype=object), index)


_REMEDY = "delete the folder; the next match makes a new one"
