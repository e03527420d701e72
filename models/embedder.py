"""The embedding interface: any sentence-transformers model by path or name, ours by default."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from data.errors import UnavailableError
from models.torch_device import torch_device

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

OWN_ENCODER = "models.ngram_encoder.NgramEncoder"
"""How `modules.json` names the first module of the default model."""

_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")


def load_embedder(path_or_name: str) -> SentenceTransformer:
    """Load the model in a folder, or by its name on a model hub (then downloaded once, if the network allows).

    A folder of transformers (config.json without modules.json) is read with mean pooling.

    Raises
    ------
    UnavailableError
        The folder holds no model, or the hub cannot be reached.
    """
    folder = Path(path_or_name)
    is_model = any((folder / name).is_file() for name in ("modules.json", "config.json"))
    if not is_model and (folder.is_absolute() or not _HUB_NAME.fullmatch(path_or_name)):
        raise UnavailableError(
            f"no embedding model in {path_or_name}",
            remedy="train the default one: zhuye train; or name another: ZHUYE_EMBEDDER=/path/to/model",
        )
    from sentence_transformers import SentenceTransformer

    try:
        return _load_own(folder) or SentenceTransformer(path_or_name)
    except (OSError, ValueError, KeyError) as error:
        raise UnavailableError(
            f"the embedding model {path_or_name} cannot be loaded: {error}",
            remedy="check the path or the network; a model can be copied into a folder and named by its path",
        ) from error


def embedder_fingerprint(path_or_name: str) -> str:
    """Changes when the model does: vectors of different fingerprints must not be compared.

    Of a folder, names, sizes and times of its files (contents may be gigabytes), wherever it lies; of a name, the name.
    """
    files = sorted(path for path in Path(path_or_name).rglob("*") if path.is_file())
    facts = [f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]
    return sha256("\n".join(facts or [path_or_name]).encode()).hexdigest()


def _load_own(folder: Path) -> SentenceTransformer | None:
    """The default model of this project; None if `folder` holds another.

    The library imports classes that are not its own only under `trust_remote_code=True`, which would run
    whatever code a folder brings along. So our one class is put in here, and nothing else is trusted.
    """
    manifest = folder / "modules.json"
    modules = json.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else []
    if not modules or modules[0]["type"] != OWN_ENCODER:
        return None
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Normalize

    from models.ngram_encoder import NgramEncoder

    return SentenceTransformer(modules=[NgramEncoder.load(str(folder), modules[0]["path"]), Normalize()], device="cpu")


def encode(
    embedder: SentenceTransformer, texts: Sequence[str], *, batch_size: int = 1024, device: str | None = None
) -> npt.NDArray[np.float32]:
    """Embed texts, on the device where the model is or on another: `cpu`, `cuda`.

    Returns
    -------
    float32 of shape (number of texts, dimension)
        Rows of unit length, so that the inner product is the cosine; a text without known words is zero.

    Raises
    ------
    UnavailableError
        There is no such device.
    """
    if device is not None:
        device = str(torch_device(device))
    if not len(texts):
        return np.empty((0, embedder.get_embedding_dimension() or 0), dtype=np.float32)
    vectors = embedder.encode(
        list(texts), batch_size=batch_size, show_progress_bar=False, convert_to_numpy=True, normalize_embeddings=True,
        device=device,
    )  # fmt: skip
    return np.ascontiguousarray(vectors, dtype=np.float32)
