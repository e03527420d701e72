"""Training policy as dated data: what is in force, what is missing, and a prior that records correct."""

from __future__ import annotations

from datetime import date

import pytest

from data.errors import ConfigurationError
from data.reference.credentials import codes_of
from data.reference.training_completion import completion_class, fitted_completion, load_completion_prior
from data.reference.training_policy import load_training_policy, rows_in_force, training_policy
from data.reference.training_prerequisites import load_prerequisites
from data.reference.training_programmes import load_programmes

DAY = date(2026, 6, 1)


def test_the_policy_of_a_day() -> None:
    policy = load_training_policy(DAY)
    assert (policy.subsidised_courses_a_year, policy.ranked_horizon_days) == (1, 180)


def test_every_row_says_where_it_is_from() -> None:
    for name in ("training_policy.csv", "training_prerequisites.csv", "training_programmes.csv"):
        assert all(row["source"] and row["zh"] + row["en"] is not None for row in rows_in_force(name, DAY))


def test_before_it_was_in_force_there_is_no_policy() -> None:
    with pytest.raises(ConfigurationError, match=r"training_policy\.csv on 2017-01-01"):
        load_training_policy(date(2017, 1, 1))


def test_two_values_in_force_are_told() -> None:
    rows = rows_in_force("training_policy.csv", DAY)
    with pytest.raises(ConfigurationError, match="round_days twice"):
        training_policy([*rows, {"key": "round_days", "value": "20"}], DAY)


def test_a_value_out_of_range_is_told() -> None:
    rows = [
        {**row, "value": "0"} if row["key"] == "round_days" else row
        for row in rows_in_force("training_policy.csv", DAY)
    ]
    with pytest.raises(ConfigurationError, match="a round of 0"):
        training_policy(rows, DAY)


def test_ages_of_the_driving_licence_changed_in_2025() -> None:
    assert "DL-A1" not in load_prerequisites(date(2024, 12, 31))
    coach = load_prerequisites(DAY)["DL-A1"]
    assert (coach.minimum_age, coach.maximum_age, coach.held_years) == (22, 63, 1)
    assert codes_of(coach.needs_any) == ["DL-A2", "DL-A3", "DL-B1", "DL-B2"]


def test_the_programmes_of_the_plan() -> None:
    assert {one.programme: one.seats_a_year for one in load_programmes(DAY)} == {
        "entrepreneurship": 10_000, "employment": 20_000, "rural": 40_000,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("title", "days", "level", "probability"),
    [("电工高级", 60, "advanced", 0.70), ("厨师中级", 20, "middle", 0.85), ("厨师中级", 21, "middle", 0.76),
     ("叉车取证班", 10, "certificate", 0.88), ("保洁", 10, "entry", 0.94), ("保洁", 400, "entry", 0.80)],
)  # fmt: skip
def test_completion_by_level_and_length(title: str, days: int, level: str, probability: float) -> None:
    prior = load_completion_prior()
    found = prior[completion_class(prior, title, days)]
    assert (found.level, found.probability) == (level, probability)


def test_records_correct_the_prior() -> None:
    prior = load_completion_prior()
    number = completion_class(prior, "保洁", 10)
    fitted = fitted_completion(prior, [number] * 20, [True] * 10 + [False] * 10)
    assert fitted[number].probability == pytest.approx((0.94 * 20 + 10) / 40)
    assert fitted[number].cases == 40
    assert fitted[0] == prior[0]
