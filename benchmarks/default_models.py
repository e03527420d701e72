"""The models of the benchmarks: trained in the run from our reference tables alone, unless a folder is named."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING

from models.embedder import load_embedder
from models.occupation_coder import OccupationCoder, build_occupation_coder, train_coder_encoder
from models.text_pairs import PairSources
from models.train_embedder import train_embedder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


@cache
def default_embedder(folder: str | None, seed: int = 0) -> tuple[SentenceTransformer, float]:
    """The model, and the seconds its training took (0 where it was loaded)."""
    if folder:
        return load_embedder(folder), 0.0
    start = time.perf_counter()
    model = train_embedder(PairSources().draw, seed=seed)
    return model, time.perf_counter() - start


@cache
def default_coder() -> OccupationCoder:
    """The occupation coder with an encoder trained here."""
    return build_occupation_coder(train_coder_encoder())
