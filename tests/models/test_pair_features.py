from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from data.market import market_from_records
from data.reference.occupations import occupation_rows
from models.pair_features import FEATURE_NAMES, distance_km, pair_features, relation
from models.prior_score import load_prior
from models.ranker import FALLING, RISING
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy

ZERO = np.zeros(1, dtype=np.int32)


def features_of(seeker_changes: dict, vacancy_changes: dict, **tables: list) -> dict[str, float]:
    made = records(seekers=[seeker(**seeker_changes)], vacancies=[vacancy(**vacancy_changes)], **tables)
    market = market_from_records(made, AS_OF)
    row = pair_features(market, ZERO, ZERO, np.array([0.5], np.float32))[0]
    return dict(zip(FEATURE_NAMES, map(float, row), strict=True))


def test_features_hold_nothing_of_sex_ethnicity_registration_or_age() -> None:
    """The whole list: a new feature must be entered here, by somebody who asked whether it may be used."""
    assert set(FEATURE_NAMES) == {
        "similarity", "desired_relation", "experience_relation", "related_years", "experience_surplus_years",
        "education_surplus", "education_unproved", "wage_surplus", "wage_offer_log", "distance_km", "distance_share",
        "journey_share", "lives_there", "board_match", "lodging_match", "shift_demand", "night_doubt", "shift_doubt",
        "credentials_required", "credentials_missing", "headcount_log", "days_open", "facts_unstated", "rank_above",
        "rank_below", "veteran_preferred",
    }  # fmt: skip
    used = {n for side in (RISING, FALLING) for names in side.values() for n in names} | set(load_prior()["feature"])
    assert used - {"intercept"} <= set(FEATURE_NAMES)


@pytest.mark.parametrize("changes", [{"birth_date": None}, {"source": "other"}, {"registered_on": "2026-02-02"}])
def test_age_and_registration_change_no_feature(changes: dict) -> None:
    assert features_of(changes, {}) == pytest.approx(features_of({}, {}), nan_ok=True)


@pytest.mark.parametrize("group", ["graduate", "rural_transferred", "urban_hardship", "zero_employment_family"])
def test_groups_change_no_feature(group: str) -> None:
    row = {"seeker_id": "S-1", "group_code": group, "valid_from": "2026-01-01", "valid_until": None}
    assert features_of({}, {}, seeker_groups=[row]) == pytest.approx(features_of({}, {}), nan_ok=True)


def test_veterans_are_preferred_only_where_the_advertisement_says_so() -> None:
    row = {"seeker_id": "S-1", "group_code": "veteran", "valid_from": "2026-01-01", "valid_until": None}
    assert features_of({}, {"veterans_preferred": True}, seeker_groups=[row])["veteran_preferred"] == 1
    assert features_of({}, {"veterans_preferred": False}, seeker_groups=[row])["veteran_preferred"] == 0
    assert features_of({}, {"veterans_preferred": True})["veteran_preferred"] == 0


def test_values_by_hand() -> None:
    found = features_of({"wage_min_cny_month": 4000, "needs_board": True}, {"board_offered": False})
    assert found["wage_surplus"] == pytest.approx(0.25)  # (4000 + 6000) / 2 ÷ 4000 − 1
    assert found["board_match"] == -1
    assert found["distance_km"] == 0
    assert found["desired_relation"] == 4
    assert found["headcount_log"] == pytest.approx(np.log(3))
    assert np.isnan(features_of({"wage_min_cny_month": None}, {})["wage_surplus"])


@pytest.mark.parametrize(
    ("demanded", "accepted", "doubt"),
    [
        (False, None, 0),
        (True, True, 0),
        (None, True, 0),
        (None, None, 1),
        (True, None, 2),
        (None, False, 2),
        (True, False, 3),
    ],
)
def test_hours_are_in_doubt_until_somebody_speaks(demanded: bool | None, accepted: bool | None, doubt: int) -> None:
    found = features_of(
        {"accepts_night_work": accepted, "accepts_shift_work": True}, {"night_work": demanded, "shift_work": False}
    )
    assert (found["night_doubt"], found["shift_doubt"]) == (doubt, 0)


@pytest.mark.parametrize(
    ("relocates", "needs", "offered", "lives"),
    [
        (True, None, True, 1),
        (None, True, True, 1),
        (None, None, True, 0),
        (False, True, True, 0),
        (True, True, None, 0),
    ],
)
def test_who_needs_lodging_and_has_not_refused_would_live_there(
    relocates: bool | None, needs: bool | None, offered: bool | None, lives: int
) -> None:
    found = features_of(
        {"will_relocate": relocates, "needs_lodging": needs}, {"lodging_offered": offered, "district_code": "220112"}
    )
    assert found["lives_there"] == lives
    assert found["distance_share"] > 0
    assert found["journey_share"] == (0 if lives else found["distance_share"])


def test_a_past_referral_is_seen_as_on_its_day() -> None:
    made = records(seekers=[seeker()], vacancies=[vacancy()])
    then, now = (market_from_records(made, day) for day in (AS_OF, AS_OF + timedelta(days=30)))
    half = np.array([0.5], np.float32)
    seen_then, looking_back = (
        pair_features(then, ZERO, ZERO, half),
        pair_features(now, ZERO, ZERO, half, days_ago=ZERO + 30),
    )
    assert np.array_equal(seen_then, looking_back, equal_nan=True)
    assert not np.array_equal(seen_then, pair_features(now, ZERO, ZERO, half), equal_nan=True)


def test_years_count_in_the_same_minor_group_only() -> None:
    jobs = [
        {"seeker_id": "S-1", "title": "电工", "occupation_code": "6-29-03-02", "years": 2.0},
        {"seeker_id": "S-1", "title": "厨师", "occupation_code": "4-03-02-01", "years": 5.0},
        {"seeker_id": "S-1", "title": "电工", "occupation_code": "6-29-03-02", "years": None},
    ]
    found = features_of({}, {}, seeker_experience=jobs)
    assert found["related_years"] == 2
    assert found["experience_relation"] == 4


def test_relation_is_depth_in_the_classification() -> None:
    row = occupation_rows()
    ours = np.full(5, row["6-29-03-02"], dtype=np.int16)
    sibling = next(r for code, r in row.items() if code.startswith("6-29-03-") and code != "6-29-03-02")
    cousin = next(r for code, r in row.items() if code.startswith("6-29-") and not code.startswith("6-29-03-"))
    others = np.array([row["6-29-03-02"], sibling, cousin, row["4-03-02-01"], -1], dtype=np.int16)
    assert np.array_equal(relation(ours, others), [4, 3, 2, 0, np.nan], equal_nan=True)


def test_one_degree_of_latitude_is_111_km() -> None:
    zero, one = np.zeros(1), np.ones(1)
    assert distance_km(zero, zero, zero, one)[0] == pytest.approx(111.195, abs=0.01)
