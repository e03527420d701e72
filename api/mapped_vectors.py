"""Vectors as an aligned memory map: an index's file begins them at an odd byte, where BLAS takes 40 times as long."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from api.embedded_market import Vectors
from data.errors import UnavailableError


def mapped(vectors: Vectors, folder: Path) -> Vectors:
    """The same numbers, float32 (n, d), read-only, from a file in `folder` that has no name and ends with its readers.

    The system may take its pages from memory and read them again; nothing stays on the disk of people erased.

    Raises
    ------
    UnavailableError
        The disk is full or the folder cannot be written.
    """
    if not vectors.size:
        return vectors
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            vectors.tofile(file)
            file.flush()
            return np.asarray(np.memmap(file, dtype=np.float32, mode="r", shape=vectors.shape))
    except OSError as error:
        raise UnavailableError(
            f"vectors cannot be written to {folder}: {error}", remedy="free space, or point ZHUYE_HOME to another disk"
        ) from error
