"""The tables of fairness and of the plan's targets: whole, and refused with a reason where a row is wrong."""

from __future__ import annotations

from datetime import date

import pytest

from data.errors import DataError
from data.reference.age_bands import load_age_bands
from data.reference.fairness_limits import fairness_limit, load_fairness_limits
from data.reference.plan_targets import load_plan_targets, plan_target
from evaluation.fairness.gate_words import measure_names
from evaluation.targets import _MEASURES

LIMIT = {
    "measure": "referred_share", "compared_with": "everyone_else", "holds_for": "group|sex",
    "largest_worsening": "0.05", "smallest_group": "100", "reason_zh": "", "reason_en": "", "source": "",
    "valid_from": "2026-01-01", "valid_until": "2026-12-31",
}  # fmt: skip
TARGET = {
    "target": "graduate_destination_rate", "name_zh": "", "name_en": "", "definition_zh": "", "definition_en": "",
    "unit": "share", "value": "0.9", "direction": "at_least", "period": "", "source": "",
}  # fmt: skip


def test_age_bands_adjoin() -> None:
    bands = load_age_bands()
    assert bands["from_years"].iloc[0] == 16
    assert bands["from_years"].tolist()[1:] == bands["to_years"].tolist()[:-1]


def test_every_limit_names_a_measure_with_words_and_gives_its_reason() -> None:
    limits = load_fairness_limits()
    assert len({limit.measure for limit in limits}) == len(limits) > 0
    for limit in limits:
        assert all(measure_names(limit.measure))
        assert limit.reason_zh
        assert limit.reason_en
        assert limit.source


def test_a_limit_is_in_force_on_its_first_and_last_day() -> None:
    limit = fairness_limit(LIMIT)
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [limit.in_force(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"compared_with": "last year"}, "compared with 'last year'"),
        ({"holds_for": "group|income"}, "unknown dimension 'income'"),
        ({"largest_worsening": "0"}, "largest worsening 0"),
        ({"smallest_group": "9"}, "smallest group 9"),
    ],
)
def test_a_wrong_limit_is_refused(change: dict[str, str], found: str) -> None:
    with pytest.raises(DataError, match=found):
        fairness_limit({**LIMIT, **change})


def test_every_target_of_the_plan_is_measured_or_said_not_to_be() -> None:
    assert {target.target for target in load_plan_targets()} == set(_MEASURES)
    values = {target.target: target.value for target in load_plan_targets()}
    assert values["graduate_destination_rate"] == 0.9
    assert values["rural_skills_trainings"] == 40_000


@pytest.mark.parametrize(
    ("change", "found"),
    [({"value": "90"}, "share 90"), ({"unit": "percent"}, "unit 'percent'"), ({"direction": "up"}, "direction 'up'")],
)
def test_a_wrong_target_is_refused(change: dict[str, str], found: str) -> None:
    with pytest.raises(DataError, match=found):
        plan_target({**TARGET, **change})
