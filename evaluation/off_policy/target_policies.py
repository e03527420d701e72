"""Policies that a night's log is asked about: which of the candidates each would have referred."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.off_policy.logged_pairs import Floats
from evaluation.off_policy.run_log import RunLog
from matching.candidate_edges import CandidateEdges
from matching.unallocated_referrals import best_edges


def best_by(log: RunLog, scores: npt.NDArray[np.floating[Any]]) -> Floats:
    """Everyone's own L best candidates by `scores`, whatever the capacities: 1 or 0 for each candidate.

    Parameters
    ----------
    scores
        Of shape (candidates,), finite; ties go to the lower vacancy row.
    """
    seeker, vacancy = (log.candidates[name].to_numpy() for name in ("seeker", "vacancy"))
    first_edge = np.searchsorted(seeker, np.arange(len(log.seeker_ids) + 1)).astype(np.int64)
    # Only their order counts, and edges take none below 0.
    above = np.asarray(scores, dtype=np.float64) - np.min(scores, initial=0.0)
    best = best_edges(CandidateEdges(first_edge, vacancy, above, len(log.vacancy_ids)), log.list_length)
    target = np.zeros(len(seeker))
    target[best[best >= 0]] = 1.0
    return target


def by_ranker(log: RunLog) -> Floats:
    """Everyone's own best by the probability of placement that the night's ranker gave."""
    return best_by(log, predicted_success(log))


def by_similarity(log: RunLog) -> Floats:
    """Everyone's own best by likeness of the texts."""
    return best_by(log, log.candidates["similarity"].to_numpy())


def greedily(log: RunLog) -> Floats:
    """The greedy assignment of the night's own candidates and capacities."""
    return np.asarray(log.candidates["greedy"].to_numpy(), dtype=np.float64)


def as_published(log: RunLog) -> Floats:
    """What the night itself did: its own probabilities. Its value is what was observed."""
    return np.asarray(log.candidates["propensity"].to_numpy(), dtype=np.float64)


def predicted_success(log: RunLog) -> Floats:
    """P(accept) × P(hire) of the night's ranker, made before any outcome was known; float64 (candidates,)."""
    accept, hire = (log.candidates[name].to_numpy(np.float64) for name in ("p_accept", "p_hire"))
    return np.asarray(accept * hire)
