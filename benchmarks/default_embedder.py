"""The default embedder for benchmarks: trained in the run from the classification alone, unless a folder is named."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from data.reference.occupations import load_coded_titles, load_occupations
from models.embedder import load_embedder
from models.train_embedder import classification_pairs, train_embedder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def default_embedder(folder: str | None, seed: int = 0) -> tuple[SentenceTransformer, float]:
    """The model, and the seconds its training took (0 where it was loaded)."""
    if folder:
        return load_embedder(folder), 0.0
    start = time.perf_counter()
    model = train_embedder(classification_pairs(load_occupations(), load_coded_titles(), seed), seed=seed)
    return model, time.perf_counter() - start
