"""Scores of candidates: the probability that a referral ends in a placement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.market import Market
from matching.retrieval import Candidates
from models.pair_features import pair_features
from models.ranker import Ranker

CHUNK_PAIRS = 500_000
"""Pairs at a time: about 250 MB of features and their parts."""


@dataclass(frozen=True)
class Scores:
    """float32 (n,), one a candidate: `score` = `p_accept` × `p_hire`."""

    p_accept: npt.NDArray[np.float32]
    p_hire: npt.NDArray[np.float32]
    score: npt.NDArray[np.float32]


def score_candidates(market: Market, candidates: Candidates, ranker: Ranker) -> Scores:
    """Both probabilities of every candidate and their product; no candidate's score depends on another's."""
    accept, hire = (np.empty(len(candidates), dtype=np.float32) for _ in range(2))
    for start in range(0, len(candidates), CHUNK_PAIRS):
        part = slice(start, start + CHUNK_PAIRS)
        features = pair_features(market, candidates.seeker[part], candidates.vacancy[part], candidates.similarity[part])
        accept[part], hire[part] = ranker.predict(features)
    return Scores(accept, hire, accept * hire)
