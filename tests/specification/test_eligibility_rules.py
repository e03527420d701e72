"""The hard rules as a table: what the seeker's record says, what the vacancy's says, what the rule answers."""

from __future__ import annotations

import numpy as np
import pytest

from matching import rules
from matching.eligibility import RULES

F, P, U = rules.FAIL, rules.PASS, rules.UNKNOWN
NO, YES, NA, NAN = 0, 1, -1, float("nan")
HERE, FAR, NOWHERE = (1.0, 0.0, 0.0), (np.cos(0.01), np.sin(0.01), 0.0), (NAN, NAN, NAN)  # FAR: 63.7 km

CASES = [
    # rule, seeker, vacancy, verdict
    ("age", {"age": 16}, {"minimum_age": 16}, P),
    ("age", {"age": 15.9}, {"minimum_age": 16}, F),
    ("age", {"age": 17.9}, {"minimum_age": 18}, F),  # hazardous work
    ("age", {"age": NAN}, {"minimum_age": 16}, P),  # only people of 16 and over are registered
    ("age", {"age": NAN}, {"minimum_age": 18}, U),
    ("education", {"education": 3}, {"education_min": 3}, P),
    ("education", {"education": 3}, {"education_min": 4}, F),
    ("education", {"education": NA}, {"education_min": 4}, U),
    ("education", {"education": NA}, {"education_min": 0}, P),  # none required
    ("education", {"education": NA}, {"education_min": 1}, P),  # everybody has the lowest level
    ("education", {"education": 5}, {"education_min": NA}, U),  # silence is not "none required"
    ("experience", {"experience": 3}, {"experience_min": 3}, P),
    ("experience", {"experience": 2.5}, {"experience_min": 3}, F),
    ("experience", {"experience": NAN}, {"experience_min": 3}, U),
    ("experience", {"experience": NAN}, {"experience_min": 0}, P),
    ("experience", {"experience": 9}, {"experience_min": NAN}, U),
    ("credentials", {"credentials": 0b11, "complete": YES}, {"credentials": 0b01}, P),
    ("credentials", {"credentials": 0b10, "complete": YES}, {"credentials": 0b01}, F),
    ("credentials", {"credentials": 0b10, "complete": NO}, {"credentials": 0b01}, U),  # never asked
    ("languages", {"credentials": 0b100, "complete": YES}, {"languages": 0b100}, P),
    ("languages", {"credentials": 0, "complete": YES}, {"languages": 0b100}, F),
    ("languages", {"credentials": 0, "complete": NO}, {"languages": 0b100}, U),
    ("wage", {"wage_min": 5000}, {"wage_min": 4000, "wage_max": 5000}, P),
    ("wage", {"wage_min": 5000}, {"wage_min": 4000, "wage_max": 4999}, F),
    ("wage", {"wage_min": 5000}, {"wage_min": 4000, "wage_max": 4999, "negotiable": YES}, U),
    ("wage", {"wage_min": 5000}, {"wage_min": NAN, "wage_max": NAN}, U),
    ("wage", {"wage_min": 5000}, {"wage_min": 5000, "wage_max": NAN}, P),
    ("wage", {"wage_min": NAN}, {"wage_min": NAN, "wage_max": NAN}, P),  # no floor, no demand
    ("commute", {"place": HERE, "commute_limit": 64}, {"place": FAR}, P),
    ("commute", {"place": HERE, "commute_limit": 63}, {"place": FAR, "lodging": NO}, F),
    ("commute", {"place": HERE, "commute_limit": 63, "will_relocate": NA}, {"place": FAR, "lodging": NA}, F),
    ("commute", {"place": HERE, "commute_limit": 63, "will_relocate": YES}, {"place": FAR, "lodging": YES}, P),
    ("commute", {"place": HERE, "commute_limit": 63, "will_relocate": YES}, {"place": FAR, "lodging": NA}, U),
    ("commute", {"place": HERE, "commute_limit": 63, "will_relocate": NA}, {"place": FAR, "lodging": YES}, U),
    ("commute", {"place": HERE, "commute_limit": 63, "will_relocate": NO}, {"place": FAR, "lodging": YES}, F),
    # Known only by the district: perhaps nearer than its centre.
    ("commute", {"place": HERE, "commute_limit": 58, "radius": 4}, {"place": FAR, "lodging": NO, "radius": 4}, F),
    ("commute", {"place": HERE, "commute_limit": 59, "radius": 4}, {"place": FAR, "lodging": NO, "radius": 4}, U),
    ("commute", {"place": HERE, "commute_limit": 64, "radius": 4}, {"place": FAR, "lodging": NO, "radius": 4}, P),
    ("commute", {"place": NOWHERE, "commute_limit": 63}, {"place": FAR}, U),
    ("commute", {"place": HERE, "commute_limit": NAN}, {"place": FAR}, U),
    *[
        (rule, {accepts: a}, {works: w}, verdict)
        for rule, accepts, works in (("night_work", "accepts_night", "night"), ("shift_work", "accepts_shift", "shift"))
        for a, w, verdict in (
            (YES, YES, P), (NO, NO, P), (NO, YES, F), (NO, NA, U), (NA, YES, U), (NA, NA, P), (YES, NA, P),
        )
    ],
    *[
        (rule, {f"needs_{rule}": needs}, {rule: offered}, verdict)
        for rule in ("board", "lodging")
        for needs, offered, verdict in (
            (YES, YES, P), (YES, NO, F), (YES, NA, U), (NO, NO, P), (NA, NO, P), (NA, NA, P),
        )
    ],
]  # fmt: skip


def _record(dtype: np.dtype, facts: dict[str, object]) -> np.ndarray:
    record = np.zeros(1, dtype=dtype)
    for name, value in facts.items():
        if name == "place":
            record["x"], record["y"], record["z"] = value  # type: ignore[misc]
        else:
            record[name] = value
    return record


@pytest.mark.parametrize(("rule", "seeker", "vacancy", "verdict"), CASES)
def test_verdict(rule: str, seeker: dict[str, object], vacancy: dict[str, object], verdict: int) -> None:
    s, v = _record(rules.SEEKER_RECORD, seeker), _record(rules.VACANCY_RECORD, vacancy)
    assert getattr(rules, rule)(s[0], v[0]) == verdict
    found = rules.verdicts(s[0], v[0])
    assert found[[r.name for r in RULES].index(rule)] == verdict
    assert rules.is_candidate(s[0], v[0]) == (rules.FAIL not in found)


def test_every_rule_has_its_bit_and_every_verdict() -> None:
    assert len(RULES) == rules.RULE_COUNT
    for rule in RULES:
        assert {case[3] for case in CASES if case[0] == rule.name} == {F, P, U}
        assert rule.source
        assert rule.question_zh.endswith(("？", "确认"))
