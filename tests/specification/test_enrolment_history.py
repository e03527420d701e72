"""Which events of one place in a class may stand together. Days are of June 2026."""

from __future__ import annotations

from datetime import date

import pytest

from data.enrolment_history import EnrolmentEvent, enrolment_contradiction
from data.records import EnrolmentStep

TOGETHER = [
    # one               other              may both stand
    (("enrolled", 1), ("attending", 1), True),
    (("attending", 2), ("enrolled", 3), False),
    (("attending", 2), ("certified", 9), True),
    (("attending", 9), ("certified", 2), False),
    (("failed", 9), ("certified", 20), True),  # passed at the second attempt
    (("certified", 9), ("failed", 20), False),
    (("dropped_out", 5), ("certified", 9), False),
    (("dropped_out", 5), ("hired", 9), False),
    (("attending", 2), ("dropped_out", 5), True),
    (("hired", 9), ("certified", 20), True),  # certificates come late
    (("hired", 9), ("retained", 8), False),
    (("attending", 2), ("attending", 3), False),
    (("attending", 2), ("attending", 2), True),
    (("hired", 9), ("retained", 20), True),  # the rest of a life's steps may be missing
]


@pytest.mark.parametrize(("one", "other", "both"), TOGETHER)
def test_whether_two_events_may_both_stand(one: tuple[str, int], other: tuple[str, int], both: bool) -> None:
    first, second = (EnrolmentEvent(EnrolmentStep(kind), date(2026, 6, day)) for kind, day in (one, other))
    assert (enrolment_contradiction(first, [second]) is None) is both
    assert (enrolment_contradiction(second, [first]) is None) is both


def test_a_dropout_has_one_reason_which_may_come_later() -> None:
    silent, family, health = (
        EnrolmentEvent(EnrolmentStep.DROPPED_OUT, date(2026, 6, 5), reason) for reason in (None, "family", "health")
    )
    assert enrolment_contradiction(family, [silent]) is None
    found = enrolment_contradiction(health, [family])
    assert found is not None
    assert found.field == "reason"
