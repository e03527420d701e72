"""Sex, ethnicity, household registration, age and group membership move no score, learnt or prior, in a whole city.

The one lawful exception, the preference for veterans (退役军人保障法), acts only where an advertisement states it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from data import columns, market_columns
from data.columns import Records, Table
from data.market import Market, market_from_records
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from models.job_text import seeker_texts
from models.pair_features import VETERAN_BIT, pair_features
from models.ranker import Ranker, RankerSettings, prior_ranker, train_ranker
from models.training_table import TrainingPairs, training_pairs

AS_OF = date(2026, 3, 2)
MAY_MATTER = {
    "education_level", "experience_years", "desired_occupation", "credential_mask", "credentials_complete", "wage_min",
    "accepts_night_work", "accepts_shift_work", "needs_board", "needs_lodging", "will_relocate", "longitude",
    "latitude", "commute_limit_km", "seniority",
}  # fmt: skip
"""All of a seeker that a score may read beside the likeness of texts. What is added here must be lawful to ask."""
MUST_NOT_MATTER = sorted(set(market_columns.MARKET_SEEKERS.columns) - MAY_MATTER)
UNLAWFUL = re.compile(
    r"sex|gender|ethnic|nationality|hukou|household|registration_(type|place)|religio|marital|married|pregnan|child"
    r"|birth_?place|native_place|health|disab|politic"
)


@pytest.fixture(scope="module")
def city() -> tuple[Records, Market, TrainingPairs, np.ndarray]:
    records = build_city(CitySettings(seed=5, seekers=600, vacancies=150, courses=5)).records
    market = market_from_records(records, AS_OF, include_closed=True)
    pairs = training_pairs(records, market, AS_OF)
    return records, market, pairs, np.random.default_rng(0).random(len(pairs)).astype(np.float32)


@pytest.fixture(scope="module")
def learnt(city: tuple) -> Ranker:
    ranker = _train(city[1], city)
    assert ranker.calibrated  # else the test below would only see the prior
    return ranker


def _train(market: Market, city: tuple) -> Ranker:
    _, _, pairs, similarity = city
    return train_ranker(market, pairs, similarity, seed=1, settings=RankerSettings(iterations=20, least_cases=100))


def _scores(ranker: Ranker, market: Market, city: tuple) -> np.ndarray:
    _, _, pairs, similarity = city
    return np.stack(ranker.predict(pair_features(market, pairs.seeker, pairs.vacancy, similarity)))


def _permuted(market: Market, names: list[str], *, veterans_too: bool) -> Market:
    """The market with these columns of the seekers dealt out anew; veterans keep their bit unless told otherwise."""
    order = np.random.default_rng(9).permutation(len(market.seekers))
    dealt = {name: market.seekers[name].to_numpy()[order] for name in names}
    if "group_mask" in dealt and not veterans_too:
        bit = np.uint16(1 << VETERAN_BIT)
        dealt["group_mask"] = (dealt["group_mask"] & ~bit) | (market.seekers["group_mask"].to_numpy() & bit)
    return replace(market, seekers=market.seekers.assign(**dealt))


def test_no_table_has_a_place_for_what_must_not_be_known() -> None:
    tables = [t for module in (columns, market_columns) for t in vars(module).values() if isinstance(t, Table)]
    assert len(tables) > 10
    assert [name for table in tables for name in table.columns if UNLAWFUL.search(name)] == []


def test_age_and_groups_are_among_what_must_not_matter() -> None:
    assert {"age_years", "group_mask", "district", "profile_text", "seeker_id"} <= set(MUST_NOT_MATTER)


@pytest.mark.parametrize("name", MUST_NOT_MATTER)
def test_dealing_out_a_column_anew_moves_no_score(name: str, city: tuple, learnt: Ranker) -> None:
    other = _permuted(city[1], [name], veterans_too=False)
    for ranker in (learnt, prior_ranker()):
        assert np.array_equal(_scores(ranker, other, city), _scores(ranker, city[1], city))


def test_what_may_matter_does(city: tuple, learnt: Ranker) -> None:
    """The test above can fail: dealing out what may be read does move scores."""
    other = _permuted(city[1], sorted(MAY_MATTER), veterans_too=False)
    assert (_scores(learnt, other, city) != _scores(learnt, city[1], city)).mean() > 0.5


def test_nothing_of_it_is_learnt(city: tuple, learnt: Ranker) -> None:
    """A ranker taught on a city whose ages, groups, names and words were dealt out anew is the same ranker."""
    taught = _train(_permuted(city[1], MUST_NOT_MATTER, veterans_too=False), city)
    assert np.array_equal(_scores(taught, city[1], city), _scores(learnt, city[1], city))


def test_records_of_other_ages_and_groups_give_the_same_scores_and_texts(city: tuple, learnt: Ranker) -> None:
    records, market, _, _ = city
    veterans = records.seeker_groups[records.seeker_groups["group_code"] == "veteran"]
    seekers = records.seekers.assign(birth_date=pd.Timestamp("1999-09-09"), registered_on=pd.Timestamp("2020-01-01"))
    other = market_from_records(replace(records, seekers=seekers, seeker_groups=veterans), AS_OF, include_closed=True)
    assert np.array_equal(_scores(learnt, other, city), _scores(learnt, market, city))
    assert seeker_texts(other.seekers, other.experience) == seeker_texts(market.seekers, market.experience)


def test_veterans_are_preferred_only_where_the_advertisement_says_so(city: tuple) -> None:
    records, market, pairs, _ = city
    told = market.vacancies["veterans_preferred"].to_numpy()[pairs.vacancy]
    nobody, everybody = (
        replace(market, seekers=market.seekers.assign(group_mask=np.uint16(mask))) for mask in (0, 1 << VETERAN_BIT)
    )
    assert told.any()
    assert len(records.seeker_groups)
    for ranker in (_train(market, city), prior_ranker()):
        without, preferred = _scores(ranker, nobody, city), _scores(ranker, everybody, city)
        assert np.array_equal(without[:, ~told], preferred[:, ~told])
        assert (preferred[1, told] >= without[1, told]).all()  # to be hired: never a disadvantage
    assert (preferred[1, told] > without[1, told]).all()  # the prior's preference is real
