"""Which rows of the live market an answer can be made of: few enough to be gathered into a market of their own.

The best k of the whole are among the best k of the base and the best k of the delta. The matching functions then run
on these alone, as they would on everything, so that an answer is what the whole market would give.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from api.embedded_market import EmbeddedMarket, Kind, RowNumbers, Vectors
from api.live_state import LiveState, Rows
from data.market import Market
from matching.eligibility import judge_records, vacancy_records
from matching.retrieval import dot_rows, retrieve

SPARE_SHARE = 4
"""One in so many is asked for on top where rows of the base are dead; if too few are alive, twice as many."""


def nearest_vacancies(state: LiveState, person: EmbeddedMarket, k: int) -> Rows:
    """Among these rows are the `k` most similar vacancies that no rule forbids to the only seeker of `person`."""
    return Rows(
        _nearest_alive(state.base, state.dead["vacancies"], person, k),
        _retrieved(state.delta, person, k),
    )


def nearest_seekers(state: LiveState, vacancy: EmbeddedMarket, k: int) -> Rows:
    """Among these rows are the `k` seekers most similar to the only vacancy of `vacancy` that no rule forbids."""
    in_base, in_delta = (
        _most_similar(part, alive, vacancy, k)
        for part, alive in ((state.base, state.alive("seekers").base), (state.delta, state.alive("seekers").delta))
    )
    return Rows(in_base, in_delta)


def vacancies_of(state: LiveState, occupations: list[int]) -> Rows:
    """Vacancies of these occupations (rows of `load_occupations`)."""
    return _alive_where(
        state,
        "vacancies",
        *(
            np.flatnonzero(np.isin(part.market.vacancies["occupation"].to_numpy(), occupations))
            for part in (state.base, state.delta)
        ),
    )


def people_who_did(state: LiveState, occupation: int) -> Rows:
    """Seekers who held a job of this occupation."""
    found = []
    for part in (state.base, state.delta):
        owner, held = (part.market.experience[name].to_numpy() for name in ("seeker", "occupation"))
        found.append(np.unique(owner[held == occupation]).astype(np.int64))
    return _alive_where(state, "seekers", *found)


def vacancies_near_words(state: LiveState, words: str, meaning: Vectors, most: int) -> Rows:
    """The `most` vacancies of each part nearest to `meaning` (float32 (d,)), and all whose title holds the words."""
    found = []
    for part, alive in (
        (state.base, state.alive("vacancies").base),
        (state.delta, state.alive("vacancies").delta),
    ):
        similarity = (part.vacancy_vectors @ meaning)[alive]
        nearest = alive[np.argpartition(-similarity, most)[:most]] if len(alive) > most else alive
        named = part.market.vacancies["title"].str.contains(words, case=False, regex=False).to_numpy(bool)
        found.append(np.union1d(nearest, alive[named[alive]]))
    return Rows(*found)


def union(first: Rows, second: Rows) -> Rows:
    """Rows of either."""
    return Rows(np.union1d(first.base, second.base), np.union1d(first.delta, second.delta))


def _alive_where(state: LiveState, kind: Kind, in_base: RowNumbers, in_delta: RowNumbers) -> Rows:
    return Rows(in_base[~state.dead[kind][in_base]], in_delta)


def _nearest_alive(base: EmbeddedMarket, dead: npt.NDArray[np.bool_], person: EmbeddedMarket, k: int) -> RowNumbers:
    asked = k + k // SPARE_SHARE + 1 if dead.any() else k
    while True:
        found = _retrieved(base, person, asked)
        alive = found[~dead[found]]
        if len(alive) >= k or len(found) < asked:
            return np.sort(alive)
        asked *= 2


def _retrieved(part: EmbeddedMarket, person: EmbeddedMarket, k: int) -> RowNumbers:
    """Rows of the k most similar vacancies that no rule forbids, ascending."""
    market: Market = part.market.with_seekers_of(person.market)
    found = retrieve(market, person.seeker_vectors, part.vacancy_vectors, k=k)
    return np.sort(found.vacancy).astype(np.int64)


def _most_similar(part: EmbeddedMarket, alive: RowNumbers, vacancy: EmbeddedMarket, k: int) -> RowNumbers:
    the_one = np.zeros(len(alive), dtype=np.int32)
    verdicts = judge_records(
        part.seeker_rules, vacancy_records(vacancy.market.vacancies), alive.astype(np.int32), the_one
    )
    allowed = alive[verdicts.candidate]
    similarity = dot_rows(vacancy.vacancy_vectors[0], part.seeker_vectors, allowed)
    return np.sort(allowed[np.lexsort((allowed, -similarity))[:k]])
