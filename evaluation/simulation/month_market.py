"""What a policy may know on the day of a month: who seeks, what is open, which pairs may meet. Never the truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from evaluation.simulation.eligible_pairs import first_eligible
from evaluation.simulation.month_candidates import Lists, MonthCandidates
from matching.candidate_edges import CandidateEdges, ordered_edges
from models.kernels import kernel

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
SHOWN = 50
"""Candidates of a person that a policy sees, as many as the night retrieves."""


@dataclass(frozen=True)
class OpenCandidates:
    """Candidates best first within each person, as places in the month market.

    `seeker`, `vacancy` int32 (pairs,); `value` float32: cosine or BM25; `score` float32: the ranker's, or empty.
    """

    seeker: Ints
    vacancy: Ints
    value: Floats
    score: Floats


@dataclass(frozen=True)
class Pairs:
    """Referrals: `seeker`, `vacancy` int32 (referrals,), places in the month market.

    `price`: what one more referral to each post costs others, float64 (vacancies,); None under a policy without prices.
    """

    seeker: Ints
    vacancy: Ints
    price: npt.NDArray[np.float64] | None = None


@dataclass(frozen=True)
class MonthMarket:
    """The people that a policy refers on `as_of` and the posts that have openings left.

    Attributes
    ----------
    month, seed, per_seeker
        Number of the month from 0, the city's seed, and most referrals a person.
    seekers, vacancies
        int32: rows of the year's tables. Everything else counts places in these two.
    openings, employer, group_mask
        int64 (vacancies,) that are left, ≥ 1; int64 (vacancies,); uint16 (seekers,).
    days_open
        int32 (vacancies,): days since publication.
    already
        int32 (seekers, n): rows of the vacancies that each was referred to before; −1 none. No pair is referred twice.
    seeker_places, vacancy_places
        int32: places of the seekers and vacancies in `candidates`.
    """

    as_of: date
    month: int
    seed: int
    per_seeker: int
    seekers: Ints
    vacancies: Ints
    openings: npt.NDArray[np.int64]
    employer: npt.NDArray[np.int64]
    group_mask: npt.NDArray[np.uint16]
    days_open: Ints
    already: Ints
    seeker_places: Ints
    vacancy_places: Ints
    candidates: MonthCandidates

    @cached_property
    def similar(self) -> OpenCandidates:
        """Each person's most similar open posts, with the ranker's scores."""
        return self._open(self.candidates.similar)

    @cached_property
    def edges(self) -> CandidateEdges:
        """The graph of `similar`, success by the ranker's score."""
        found = self.similar
        return ordered_edges(
            found.seeker, found.vacancy, found.score, n_seekers=len(self.seekers), n_vacancies=len(self.vacancies)
        )[0]

    @cached_property
    def worded(self) -> OpenCandidates:
        """Each person's open posts of highest BM25."""
        return self._open(self.candidates.worded)

    def first_by(self, rank: npt.NDArray[np.int64]) -> Pairs:
        """Of the posts that the rules allow each person those of lowest rank, int64 (vacancies,); equal ones by lot."""
        pairs = first_eligible(
            self.candidates.bits, self.seeker_places, self.vacancy_places, rank=rank, seeker_ids=self.seekers,
            vacancy_ids=self.vacancies, already=self.already, limit=self.per_seeker, seed=self.seed, month=self.month,
        )  # fmt: skip
        return Pairs(*pairs)

    def _open(self, lists: Lists) -> OpenCandidates:
        place = np.full(len(self.candidates.vacancies), -1, dtype=np.int32)
        place[self.vacancy_places] = np.arange(len(self.vacancies), dtype=np.int32)
        seeker, pair = _still_open(
            lists.first, lists.vacancy, self.seeker_places, place, self.vacancies, self.already, SHOWN
        )
        score = lists.score[pair] if len(lists.score) else lists.score
        return OpenCandidates(seeker, place[lists.vacancy[pair]], lists.value[pair], score)


@kernel
def _still_open(
    first: npt.NDArray[np.int64], vacancy: Ints, seeker_places: Ints, place: Ints, ids: Ints, already: Ints, limit: int
) -> tuple[Ints, npt.NDArray[np.int64]]:
    """Person and pair of the first `limit` pairs of each list that lead to an open post not tried before."""
    seeker = np.empty(len(seeker_places) * limit, dtype=np.int32)
    pair = np.empty(len(seeker), dtype=np.int64)
    n = 0
    for i in range(len(seeker_places)):
        taken = 0
        for p in range(first[seeker_places[i]], first[seeker_places[i] + 1]):
            v = place[vacancy[p]]
            if v < 0:
                continue
            tried = False
            for before in already[i]:
                tried |= before == ids[v]
            if not tried:
                seeker[n], pair[n] = i, p
                n += 1
                taken += 1
                if taken == limit:
                    break
    return seeker[:n], pair[:n]
