"""Scores of candidates: the probability that a referral ends in a placement.

Pairs are scored a block at a time, blocks side by side: the memory needed beside the candidates and their scores is
that of a block a thread, however many pairs there are.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.market import Market
from matching.retrieval import Candidates
from models.pair_features import pair_features
from models.ranker import Ranker

BLOCK_PAIRS = 20_000
"""Pairs at a time, about 5 MB with the facts they bring: still in the processor's cache when the trees read them.

No power of two: the columns of a block would share few places of the cache, and features take a fifth longer.
"""


@dataclass(frozen=True)
class Scores:
    """float32 (n,), one a candidate: `score` = `p_accept` × `p_hire`."""

    p_accept: npt.NDArray[np.float32]
    p_hire: npt.NDArray[np.float32]
    score: npt.NDArray[np.float32]


def score_candidates(market: Market, candidates: Candidates, ranker: Ranker) -> Scores:
    """Both probabilities of every candidate and their product; no candidate's score depends on another's."""
    scores = Scores(*(np.empty(len(candidates), dtype=np.float32) for _ in range(3)))

    def score(start: int) -> None:
        part = slice(start, start + BLOCK_PAIRS)
        features = pair_features(market, candidates.seeker[part], candidates.vacancy[part], candidates.similarity[part])
        scores.p_accept[part], scores.p_hire[part] = ranker.predict(features)
        np.multiply(scores.p_accept[part], scores.p_hire[part], out=scores.score[part])

    starts = range(0, len(candidates), BLOCK_PAIRS)
    if len(starts) < 2:  # a request: it needs no threads
        for start in starts:
            score(start)
        return scores
    # The kernels release the interpreter's lock: blocks run side by side.
    with ThreadPoolExecutor(min(len(starts), os.cpu_count() or 1)) as pool:
        for _ in pool.map(score, starts):
            pass
    return scores
