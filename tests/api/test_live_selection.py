"""An answer made of a few chosen rows is the answer of the whole market: same identifiers, same numbers, bit for bit.

Texts are few, so that most similarities tie and the order among equals is tried at every cut.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from api.embedded_market import EmbeddedMarket
from api.live_answers import MOST_NEAR_WORDS
from api.live_selection import (
    nearest_seekers,
    nearest_vacancies,
    people_who_did,
    union,
    vacancies_near_words,
    vacancies_of,
)
from api.live_state import NO_ROWS, LiveState, merge_changes
from data.reference.occupations import load_occupations
from matching import vacancy_search
from matching.broadening import neighbours
from matching.match_seekers import MatchSettings, match_seekers
from matching.retrieval import retrieve
from models.ranker import prior_ranker
from tests.api.live_market_for_tests import (
    CHANGES,
    IDENTIFIERS,
    ROWS,
    Change,
    Rows,
    embed,
    followed,
    frozen,
    make,
    state_of,
)
from tests.data.records_for_tests import AS_OF

RANKER = prior_ranker()
PRICES = pd.Series({"01": 0.2, "03": 0.4, "05": 0.05, "99": 0.9}, dtype="float64")


@dataclass(frozen=True)
class Sides:
    """The live state, and the market of the same records frozen anew."""

    live: LiveState
    anew: EmbeddedMarket


def sides_of(seekers: Rows, vacancies: Rows, changes: list[Change]) -> Sides:
    state, everything = followed(seekers, vacancies, changes)
    return Sides(state, frozen(everything))


def named(matches: pd.DataFrame, market: EmbeddedMarket) -> pd.DataFrame:
    """A list with identifiers in the place of rows."""
    return matches.assign(
        seeker=market.identifiers["seekers"][matches["seeker"]],
        vacancy=market.identifiers["vacancies"][matches["vacancy"]],
    ).reset_index(drop=True)


SIDES = st.builds(sides_of, ROWS, ROWS, CHANGES)


@settings(max_examples=25, deadline=None)
@given(sides=SIDES, k=st.integers(1, 6))
def test_the_list_of_every_seeker(sides: Sides, k: int) -> None:
    state = LiveState(**{**sides.live.__dict__, "run_prices": PRICES})
    chosen = MatchSettings(candidates=k, list_length=max(1, k - 1))
    known = PRICES.reindex(sides.anew.identifiers["vacancies"]).fillna(0.0).to_numpy()
    expected = named(
        match_seekers(sides.anew.market, sides.anew.seeker_vectors, sides.anew.vacancy_vectors, RANKER, chosen, known),
        sides.anew,
    )
    for identifier in sides.anew.identifiers["seekers"]:
        row = state.find("seekers", identifier)
        assert row is not None
        person = state.gather(row, NO_ROWS)
        both = state.gather(row, nearest_vacancies(state, person, k))
        found = match_seekers(
            both.market, both.seeker_vectors, both.vacancy_vectors, RANKER, chosen, state.prices(both.market)
        )
        pd.testing.assert_frame_equal(
            named(found, both), expected[expected["seeker"] == identifier].reset_index(drop=True)
        )


@settings(max_examples=25, deadline=None)
@given(sides=SIDES, k=st.integers(1, 4))
def test_the_seekers_most_similar_to_every_vacancy(sides: Sides, k: int) -> None:
    anew = sides.anew
    pairs = retrieve(anew.market, anew.seeker_vectors, anew.vacancy_vectors, k=len(IDENTIFIERS))
    for row, identifier in enumerate(anew.identifiers["vacancies"]):
        mine = np.flatnonzero(pairs.vacancy == row)
        best = mine[np.lexsort((pairs.seeker[mine], -pairs.similarity[mine]))[:k]]
        vacancy = sides.live.find("vacancies", identifier)
        assert vacancy is not None
        rows = nearest_seekers(sides.live, sides.live.gather(NO_ROWS, vacancy), k)
        few = sides.live.gather(rows, vacancy)
        again = retrieve(few.market, few.seeker_vectors, few.vacancy_vectors, k=1)
        found = again.seeker[np.lexsort((again.seeker, -again.similarity))[:k]]
        assert few.identifiers["seekers"][found].tolist() == anew.identifiers["seekers"][pairs.seeker[best]].tolist()


@settings(max_examples=25, deadline=None)
@given(sides=SIDES)
def test_ways_between_occupations_and_their_vacancies(sides: Sides) -> None:
    occupations = sides.anew.market.vacancies["occupation"].unique().tolist()
    tasks = np.zeros((len(load_occupations()), 2), dtype=np.float32)
    for occupation in occupations:
        few = sides.live.gather(people_who_did(sides.live, occupation), NO_ROWS).market
        assert neighbours(few, occupation, tasks) == neighbours(sides.anew.market, occupation, tasks)
        rows = union(vacancies_of(sides.live, [occupation]), NO_ROWS)
        found = sides.live.gather(NO_ROWS, rows).market.vacancies
        expected = sides.anew.market.vacancies
        expected = expected[expected["occupation"] == occupation].reset_index(drop=True)
        pd.testing.assert_frame_equal(found, expected)


@settings(max_examples=25, deadline=None)
@given(sides=SIDES, most=st.integers(1, 4))
def test_a_search_sees_what_is_near_in_meaning_and_all_that_holds_the_words(sides: Sides, most: int) -> None:
    meaning = np.array([0.6, 0.8, 0.0], dtype=np.float32)
    found = sides.live.gather(NO_ROWS, vacancies_near_words(sides.live, "焊", meaning, most))
    seen = set(found.identifiers["vacancies"])
    anew = sides.anew
    similarity = anew.vacancy_vectors @ meaning
    assert seen >= {i for i, title in anew.market.vacancies[["vacancy_id", "title"]].to_numpy() if "焊" in title}
    assert seen <= set(anew.identifiers["vacancies"])
    nearest = np.sort(similarity)[::-1][:most]
    assert sorted(found.vacancy_vectors @ meaning, reverse=True)[:most] >= [value - 1e-6 for value in nearest]


def test_a_search_looks_at_no_fewer_than_the_function_it_feeds() -> None:
    assert MOST_NEAR_WORDS >= vacancy_search._NEAREST


def test_many_dead_rows_before_the_first_that_is_alive() -> None:
    before = state_of(make({"01": ("焊工", "open", 1)}, {f"{n:03d}": ("焊工", "open", 1) for n in range(200)}))
    closed = make({}, {f"{n:03d}": ("焊工", "closed", 1) for n in range(190)})
    state = merge_changes(before, closed, embed, as_of=AS_OF)
    row = state.find("seekers", "01")
    assert row is not None
    assert nearest_vacancies(state, state.gather(row, NO_ROWS), 5).base[:5].tolist() == list(range(190, 195))
