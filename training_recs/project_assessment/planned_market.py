"""Today's market with a project's posts beside it, and the candidate graphs with and without them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import DataError
from data.market import Market
from data.market_columns import MARKET_VACANCIES
from matching.candidate_edges import CandidateEdges, ordered_edges
from matching.ranking import score_candidates
from matching.retrieval import Candidates, Vectors, retrieve
from matching.reverse_retrieval import retrieve_seekers
from models.ranker import Ranker

Ints = npt.NDArray[np.int64]
PEOPLE_SOUGHT = 10
"""People sought for a vacancy of today that nobody's candidates name, as the night does."""


@dataclass(frozen=True)
class PlannedMarket:
    """A market whose last vacancies, from row `first_post` on, are a project's posts.

    Attributes
    ----------
    market
        Its vacancies are sorted by identifier but for the posts, which come last.
    seeker_vectors, vacancy_vectors
        float32 (n, d), rows L2-normalised, row for row with the market's tables.
    starts_on
        datetime64[D] of shape (posts,): the day from which people are needed.
    """

    market: Market
    seeker_vectors: Vectors
    vacancy_vectors: Vectors
    first_post: int
    starts_on: npt.NDArray[np.datetime64]

    @property
    def n_posts(self) -> int:
        """How many posts the project has."""
        return len(self.market.vacancies) - self.first_post

    @property
    def post_rows(self) -> npt.NDArray[np.int32]:
        """Rows of the posts among the market's vacancies."""
        return np.arange(self.first_post, len(self.market.vacancies), dtype=np.int32)

    @property
    def posts(self) -> pd.DataFrame:
        """The posts, a MARKET_VACANCIES table."""
        return self.market.vacancies.iloc[self.first_post :].reset_index(drop=True)

    @property
    def today(self) -> Market:
        """The market as it is."""
        return replace(self.market, vacancies=self.market.vacancies.iloc[: self.first_post])

    @property
    def headcount(self) -> Ints:
        """int64 of shape (vacancies,): openings, the posts' included."""
        return self.market.vacancies["headcount"].to_numpy(np.int64)

    @property
    def days_until(self) -> Ints:
        """int64 of shape (posts,): days from `as_of` until people are needed."""
        return (self.starts_on - np.datetime64(self.market.as_of)).astype(np.int64)


def with_posts(
    market: Market, posts: pd.DataFrame, *, starts_on: npt.NDArray[np.datetime64], seeker_vectors: Vectors,
    vacancy_vectors: Vectors, post_vectors: Vectors,
) -> PlannedMarket:  # fmt: skip
    """`market` with `posts`, a MARKET_VACANCIES table, after its vacancies.

    Raises
    ------
    DataError
        Vectors or days do not fit the tables, or a post bears the identifier of a vacancy.
    """
    sizes = (len(seeker_vectors), len(vacancy_vectors), len(post_vectors), len(starts_on))
    expected = (len(market.seekers), len(market.vacancies), len(posts), len(posts))
    if sizes != expected:
        raise DataError(
            f"{sizes} vectors of seekers, vacancies and posts, and days, for tables of {expected}",
            remedy="give one each, row for row",
        )
    known = set(posts["vacancy_id"]) & set(market.vacancies["vacancy_id"])
    if known:
        raise DataError(f"a post bears the identifier of a vacancy: {min(known)}", remedy="give it another")
    joined = pd.concat([market.vacancies, MARKET_VACANCIES.check(posts)], ignore_index=True)
    return PlannedMarket(
        replace(market, vacancies=MARKET_VACANCIES.check(joined)),
        seeker_vectors,
        np.concatenate([vacancy_vectors, post_vectors]).astype(np.float32, copy=False),
        len(market.vacancies),
        starts_on.astype("datetime64[D]"),
    )


@dataclass(frozen=True)
class Graphs:
    """Candidate edges over the same rows, the posts' left out and in; `without` has none at the posts."""

    without: CandidateEdges
    with_posts: CandidateEdges


def candidate_graphs(
    planned: PlannedMarket, ranker: Ranker, *, candidates: int, people_of_post: Ints, threads: int | None = None
) -> Graphs:
    """Everybody's candidates of today as the night finds them, and for each post the people most like it.

    Parameters
    ----------
    candidates
        Vacancies sought for each seeker, as the night seeks them.
    people_of_post
        int64 of shape (posts,): people sought for each post.
    threads
        By default as many as there are processors; the result does not depend on it.
    """
    market, first = planned.market, planned.first_post
    found = retrieve(
        planned.today, planned.seeker_vectors, planned.vacancy_vectors[:first], k=candidates, threads=threads
    )
    unnamed = np.flatnonzero(np.bincount(found.vacancy, minlength=first) == 0)
    parts = [found, _people(planned, unnamed, PEOPLE_SOUGHT)]
    for sought in np.unique(people_of_post):
        parts.append(_people(planned, planned.post_rows[people_of_post == sought], int(sought)))
    seeker, vacancy, similarity, unknown = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("seeker", "vacancy", "similarity", "unknown")
    )
    score = score_candidates(market, Candidates(seeker, vacancy, similarity, unknown), ranker).score
    n, size = len(market.seekers), len(market.vacancies)
    edges, _ = ordered_edges(seeker, vacancy, score, n_seekers=n, n_vacancies=size)
    of_today = vacancy < first
    without, _ = ordered_edges(seeker[of_today], vacancy[of_today], score[of_today], n_seekers=n, n_vacancies=size)
    return Graphs(without, edges)


def _people(planned: PlannedMarket, vacancies: npt.NDArray[np.integer], k: int) -> Candidates:
    return retrieve_seekers(planned.market, planned.seeker_vectors, planned.vacancy_vectors, vacancies, k=k)
