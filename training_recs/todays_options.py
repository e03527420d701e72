"""What a person has today: the best of his candidates at current prices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.candidate_edges import CandidateEdges
from matching.ranking import Scores
from matching.retrieval import Candidates
from models.kernels import kernel
from training_recs.course_value import Prospects

KEPT = 16
"""Options kept a seeker: more than the longest list of referrals and the vacancies that a course scores anew."""


@dataclass(frozen=True)
class TodaysOptions:
    """Row for row with the market's seekers, best first; vacancy −1 and net 0 where there is none.

    `vacancy` int32 (n, k); `net` float32 (n, k): score − price where that is positive. Options worth nothing are left
    out: they add nothing to a utility.
    """

    vacancy: npt.NDArray[np.int32]
    net: npt.NDArray[np.float32]

    def utility(self, referrals: int) -> npt.NDArray[np.float64]:
        """Sum of the best `referrals` (matching.allocation), expected placements, float64 (n,)."""
        return np.asarray(self.net[:, :referrals].astype(np.float64).sum(axis=1))

    def rate(self, referrals: int, prices: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Sum of the scores of the same, expected placements of the person's own, float64 (n,)."""
        price = np.append(prices, 0.0)[self.vacancy[:, :referrals]]  # −1, no vacancy, reads the last
        return np.asarray(self.utility(referrals) + price.sum(axis=1))

    def mean_prospects(self, referrals: int, prices: npt.NDArray[np.float64]) -> Prospects:
        """What these people's lists bring on average; nothing where there is nobody."""
        if not len(self.net):
            return Prospects(0.0, 0.0)
        return Prospects(float(self.utility(referrals).mean()), float(self.rate(referrals, prices).mean()))

    def with_more(
        self,
        first: npt.NDArray[np.int64],
        vacancy: npt.NDArray[np.int32],
        score: npt.NDArray[np.float32],
        prices: npt.NDArray[np.float64],
    ) -> TodaysOptions:
        """These and further pairs, of seeker i from `first[i]` to `first[i + 1]`; what is known already stays."""
        best, net = self.vacancy.copy(), self.net.copy()
        _keep_best(first, vacancy, score, prices, best, net)
        return TodaysOptions(best, net)

    def of(self, rows: slice) -> TodaysOptions:
        """The same for some seekers."""
        return TodaysOptions(self.vacancy[rows], self.net[rows])


def todays_options(
    candidates: Candidates, scores: Scores, prices: npt.NDArray[np.float64], n_seekers: int
) -> TodaysOptions:
    """From candidates just retrieved and scored."""
    first = np.searchsorted(candidates.seeker, np.arange(n_seekers + 1)).astype(np.int64)
    return _options(first, candidates.vacancy, scores.score, prices)


def options_of_run(edges: CandidateEdges, prices: npt.NDArray[np.float64]) -> TodaysOptions:
    """From the candidate graph of an overnight run."""
    return _options(edges.first_edge, edges.vacancy, edges.success, prices)


def _options(
    first: npt.NDArray[np.int64],
    vacancy: npt.NDArray[np.int32],
    score: npt.NDArray[np.floating],
    prices: npt.NDArray[np.float64],
) -> TodaysOptions:
    shape = (len(first) - 1, KEPT)
    best, net = np.full(shape, -1, dtype=np.int32), np.zeros(shape, dtype=np.float32)
    _keep_best(first, vacancy, score, prices, best, net)
    return TodaysOptions(best, net)


@kernel
def _keep_best(first, vacancy, score, prices, best, net):  # type: ignore[no-untyped-def]
    """The best of each seeker by net value, ties to the lower row, whatever the order of his candidates."""
    kept = best.shape[1]
    for i in range(len(best)):
        for pair in range(first[i], first[i + 1]):
            worth, row = np.float32(score[pair] - prices[vacancy[pair]]), vacancy[pair]
            is_known = False
            for place in range(kept):
                is_known = is_known or best[i, place] == row
            if worth <= 0 or is_known:
                continue
            place = kept
            while place > 0 and (
                best[i, place - 1] < 0
                or worth > net[i, place - 1]
                or (worth == net[i, place - 1] and row < best[i, place - 1])
            ):
                place -= 1
            if place == kept:
                continue
            for later in range(kept - 1, place, -1):
                best[i, later], net[i, later] = best[i, later - 1], net[i, later - 1]
            best[i, place], net[i, place] = row, worth
