"""The features of a pair as a table: what the seeker's row says, what the vacancy's says, what a ranker sees."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.market import Market, market_from_records
from data.market_columns import MARKET_EXPERIENCE, MARKET_SEEKERS, MARKET_VACANCIES
from data.reference.occupations import occupation_rows
from models.pair_features import FEATURE_NAMES, VETERAN_BIT, pair_features
from tests.data.records_for_tests import AS_OF, records

NO, YES, NA, NAN = 0, 1, -1, float("nan")
ELECTRICIAN, COOK = occupation_rows()["6-29-03-02"], occupation_rows()["4-03-02-01"]
VETERAN, NONE = 1 << VETERAN_BIT, 0
HERE = {"longitude": 125.0, "latitude": 43.0}
NORTH = {"longitude": 125.0, "latitude": 43.5}  # half a degree: 55.5975 km

CASES = [
    # feature, seeker, vacancy, value
    ("similarity", {}, {}, 0.5),
    ("desired_relation", {"desired_occupation": ELECTRICIAN}, {"occupation": ELECTRICIAN}, 4),
    ("desired_relation", {"desired_occupation": COOK}, {"occupation": ELECTRICIAN}, 0),
    ("desired_relation", {"desired_occupation": NA}, {"occupation": ELECTRICIAN}, NAN),
    ("desired_relation", {"desired_occupation": NA}, {"occupation": NA}, NAN),
    ("experience_relation", {"jobs": []}, {}, NAN),
    ("experience_relation", {"jobs": [(COOK, 1)]}, {"occupation": ELECTRICIAN}, 0),
    ("experience_relation", {"jobs": [(NA, 1), (ELECTRICIAN, 1), (COOK, 9)]}, {"occupation": ELECTRICIAN}, 4),
    ("experience_relation", {"jobs": [(ELECTRICIAN, 1), (NA, 1)]}, {"occupation": ELECTRICIAN}, 4),
    ("experience_relation", {"jobs": [(ELECTRICIAN, 1)]}, {"occupation": NA}, NAN),
    ("related_years", {"jobs": []}, {}, 0),
    ("related_years", {"jobs": [(ELECTRICIAN, 2), (COOK, 5), (ELECTRICIAN, 1.5)]}, {"occupation": ELECTRICIAN}, 3.5),
    ("related_years", {"jobs": [(ELECTRICIAN, NAN), (ELECTRICIAN, 2)]}, {"occupation": ELECTRICIAN}, 2),
    ("experience_surplus_years", {"experience_years": 5}, {"experience_min_years": 3}, 2),
    ("experience_surplus_years", {"experience_years": 5}, {"experience_min_years": NAN}, 5),
    ("experience_surplus_years", {"experience_years": NAN}, {"experience_min_years": 3}, NAN),
    ("experience_surplus_years", {"experience_years": 45}, {"experience_min_years": 0}, 30),
    ("experience_surplus_years", {"experience_years": 0}, {"experience_min_years": 15}, -10),
    ("education_surplus", {"education_level": 5}, {"education_min": 3}, 2),
    ("education_surplus", {"education_level": 5}, {"education_min": 0}, 4),  # everybody has the lowest level
    ("education_surplus", {"education_level": NA}, {"education_min": 3}, NAN),
    ("education_surplus", {"education_level": 5}, {"education_min": NA}, NAN),
    ("education_unproved", {"education_level": NA}, {"education_min": 5}, 5),
    ("education_unproved", {"education_level": NA}, {"education_min": NA}, 0),
    ("education_unproved", {"education_level": 1}, {"education_min": 5}, 0),
    ("wage_surplus", {"wage_min": 4000}, {"wage_min": 4000, "wage_max": 6000}, 0.25),
    ("wage_surplus", {"wage_min": 4000}, {"wage_min": 6000, "wage_max": NAN}, 0.5),
    ("wage_surplus", {"wage_min": 4000}, {"wage_min": NAN, "wage_max": 3000}, -0.25),
    ("wage_surplus", {"wage_min": 1000}, {"wage_min": 9000, "wage_max": 9000}, 3),
    ("wage_surplus", {"wage_min": NAN}, {"wage_min": 4000, "wage_max": 6000}, NAN),
    ("wage_surplus", {"wage_min": 0}, {"wage_min": 4000, "wage_max": 6000}, NAN),
    ("wage_surplus", {"wage_min": 4000}, {"wage_min": NAN, "wage_max": NAN}, NAN),
    ("wage_offer_log", {}, {"wage_min": 4000, "wage_max": 6000}, np.log(5000)),
    ("wage_offer_log", {}, {"wage_min": 0, "wage_max": 0}, 0),
    ("wage_offer_log", {}, {"wage_min": NAN, "wage_max": NAN}, NAN),
    ("distance_km", HERE, HERE, 0),
    ("distance_km", HERE, NORTH, 55.5975),
    ("distance_km", HERE, {**HERE, "longitude": NAN}, NAN),
    ("distance_share", {**HERE, "commute_limit_km": 20}, NORTH, 2.779877),
    ("distance_share", {**HERE, "commute_limit_km": 1}, NORTH, 5),
    ("distance_share", {**HERE, "commute_limit_km": 0}, NORTH, 5),
    ("distance_share", {**HERE, "commute_limit_km": 0}, HERE, 0),
    ("distance_share", {**HERE, "commute_limit_km": NAN}, NORTH, NAN),
    ("distance_share", {**HERE, "latitude": NAN, "commute_limit_km": 20}, NORTH, NAN),
    ("journey_share", {**HERE, "commute_limit_km": 20, "will_relocate": YES}, {**NORTH, "lodging_offered": YES}, 0),
    ("journey_share", {**HERE, "commute_limit_km": 1, "will_relocate": NO}, {**NORTH, "lodging_offered": YES}, 5),
    ("journey_share", {**HERE, "commute_limit_km": NAN, "will_relocate": YES}, {**NORTH, "lodging_offered": YES}, 0),
    ("lives_there", {"will_relocate": YES, "needs_lodging": NO}, {"lodging_offered": YES}, 1),
    ("lives_there", {"will_relocate": NA, "needs_lodging": YES}, {"lodging_offered": YES}, 1),
    ("lives_there", {"will_relocate": NA, "needs_lodging": NA}, {"lodging_offered": YES}, 0),
    ("lives_there", {"will_relocate": YES, "needs_lodging": YES}, {"lodging_offered": NA}, 0),
    ("board_match", {"needs_board": NA}, {"board_offered": YES}, 1),
    ("board_match", {"needs_board": YES}, {"board_offered": NO}, -1),
    ("board_match", {"needs_board": YES}, {"board_offered": NA}, 0),
    ("board_match", {"needs_board": NO}, {"board_offered": NO}, 0),
    ("lodging_match", {"needs_lodging": NO}, {"lodging_offered": YES}, 1),
    ("lodging_match", {"needs_lodging": YES}, {"lodging_offered": NO}, -1),
    ("lodging_match", {"needs_lodging": NA}, {"lodging_offered": NO}, 0),
    ("shift_demand", {}, {"night_work": YES, "shift_work": NA}, 1),
    ("shift_demand", {}, {"night_work": NO, "shift_work": YES}, 1),
    ("shift_demand", {}, {"night_work": NO, "shift_work": NA}, 0),
    ("shift_demand", {}, {"night_work": NA, "shift_work": NA}, NAN),
    ("night_doubt", {"accepts_night_work": NO}, {"night_work": NO}, 0),
    ("night_doubt", {"accepts_night_work": NA}, {"night_work": NA}, 1),
    ("night_doubt", {"accepts_night_work": NA}, {"night_work": YES}, 2),
    ("night_doubt", {"accepts_night_work": NO}, {"night_work": YES}, 3),
    ("shift_doubt", {"accepts_shift_work": YES}, {"shift_work": YES}, 0),
    ("shift_doubt", {"accepts_shift_work": NO}, {"shift_work": NA}, 2),
    ("shift_doubt", {"accepts_shift_work": NO}, {"shift_work": YES}, 3),
    ("credentials_required", {"credential_mask": 0b001}, {"credential_mask": 0b111}, 3),
    ("credentials_required", {}, {"credential_mask": 2**63 + 1}, 2),  # the highest bit too
    ("credentials_missing", {"credential_mask": 0b001}, {"credential_mask": 0b111}, 2),
    ("credentials_missing", {"credential_mask": 0b111}, {"credential_mask": 0b001}, 0),
    ("headcount_log", {}, {"headcount": 2}, np.log(3)),
    ("days_open", {}, {"days_open": 12}, 12),
    ("facts_unstated", {}, {}, 0),
    ("facts_unstated", {"education_level": NA, "experience_years": NAN, "commute_limit_km": NAN}, {}, 3),
    ("facts_unstated", {}, {"education_min": NA, "experience_min_years": NAN, "wage_min": NAN, "wage_max": NAN}, 3),
    ("facts_unstated", {"latitude": NAN}, {}, 1),
    ("facts_unstated", {"needs_board": YES, "needs_lodging": YES}, {"board_offered": NA, "lodging_offered": NA}, 2),
    ("facts_unstated", {"needs_board": NO, "needs_lodging": NA}, {"board_offered": NA, "lodging_offered": NA}, 0),
    ("facts_unstated", {"credentials_complete": False}, {"credential_mask": 1}, 1),
    ("facts_unstated", {"credentials_complete": True}, {"credential_mask": 1}, 0),
    ("rank_above", {"seniority": 1}, {"seniority": 3}, 2),
    ("rank_above", {"seniority": 3}, {"seniority": 1}, 0),
    ("rank_below", {"seniority": 3}, {"seniority": 1}, 2),
    ("rank_below", {"seniority": 1}, {"seniority": 3}, 0),
    ("veteran_preferred", {"group_mask": VETERAN}, {"veterans_preferred": True}, 1),
    ("veteran_preferred", {"group_mask": VETERAN}, {"veterans_preferred": False}, 0),
    ("veteran_preferred", {"group_mask": NONE}, {"veterans_preferred": True}, 0),
    (
        "veteran_preferred",
        {"group_mask": 0xFFFF ^ VETERAN},
        {"veterans_preferred": True},
        0,
    ),  # other groups are nothing
]


def market_of(seekers: list[dict], vacancies: list[dict]) -> Market:
    """One seeker and one vacancy a case, each the usual one with some columns changed."""
    usual = market_from_records(records(), AS_OF)
    seeker, vacancy = usual.seekers.iloc[0].to_dict(), usual.vacancies.iloc[0].to_dict()
    jobs = [
        {"seeker": row, "title": "", "occupation": occupation, "years": years}
        for row, changes in enumerate(seekers)
        for occupation, years in changes.get("jobs", [])
    ]
    people = [{**seeker, **{k: v for k, v in changes.items() if k != "jobs"}} for changes in seekers]
    return replace(
        usual,
        seekers=MARKET_SEEKERS.check(pd.DataFrame(people)),
        experience=MARKET_EXPERIENCE.check(pd.DataFrame(jobs, columns=list(MARKET_EXPERIENCE.columns))),
        vacancies=MARKET_VACANCIES.check(pd.DataFrame([{**vacancy, **changes} for changes in vacancies])),
    )


@pytest.fixture(scope="module")
def found() -> np.ndarray:
    """Features of every case, all in one call: neighbours must not disturb each other."""
    market = market_of([case[1] for case in CASES], [case[2] for case in CASES])
    rows = np.arange(len(CASES), dtype=np.int32)
    return pair_features(market, rows, rows, np.full(len(CASES), 0.5, np.float32))


@pytest.mark.parametrize("row", range(len(CASES)), ids=[f"{row}-{case[0]}" for row, case in enumerate(CASES)])
def test_case(row: int, found: np.ndarray) -> None:
    feature, _, _, value = CASES[row]
    assert found[row, FEATURE_NAMES.index(feature)] == pytest.approx(value, rel=1e-6, abs=1e-6, nan_ok=True)


def test_every_feature_is_in_the_table() -> None:
    assert {case[0] for case in CASES} == set(FEATURE_NAMES)
