"""Which events of one referral may stand together."""

from __future__ import annotations

from datetime import date

import pytest

from data.records import ReferralEventKind as Kind
from data.referral_history import Event, contradiction, life_order

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


def start(day: date, tier: int, wage: float | None = None) -> Event:
    return Event(Kind.STARTED, day, tier, wage)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Event(Kind.REFERRED, MAY), Event(Kind.SEEKER_ACCEPTED, MAY)),  # all on one day
        (Event(Kind.REFERRED, MAY), start(JUNE, 1)),  # steps between were not reported
        (Event(Kind.HIRED, MAY), Event(Kind.SEEKER_DECLINED, JUNE)),  # the offer is declined
        (Event(Kind.SEEKER_ACCEPTED, MAY), Event(Kind.SEEKER_DECLINED, JUNE)),
        (Event(Kind.INTERVIEWED, MAY), Event(Kind.INTERVIEWED, JUNE)),  # a second interview
        (Event(Kind.INTERVIEWED, MAY), Event(Kind.REJECTED, MAY)),
        (start(MAY, 4), start(JUNE, 1)),  # another evidence of the start, dated by that register
        (start(MAY, 2), start(MAY, 2, 5000)),  # the wage is reported later
        (start(MAY, 2, 5000), start(MAY, 1, 4800)),  # what another register knows
        (start(MAY, 2), Event(Kind.LEFT, MAY)),
        (Event(Kind.HIRED, MAY), Event(Kind.LEFT, JUNE)),  # the start was not reported
    ],
)
def test_these_stand_together_in_whatever_order_they_come(first: Event, second: Event) -> None:
    assert contradiction(second, [first]) is None
    assert contradiction(first, [second]) is None


@pytest.mark.parametrize(
    ("earlier", "new", "field", "says"),
    [
        (Event(Kind.REFERRED, JUNE), start(MAY, 2), "occurred_on", "不早于推荐（2026-06-01）"),
        (start(JUNE, 2), Event(Kind.LEFT, MAY), "occurred_on", "不早于上岗（2026-06-01）"),
        (start(JUNE, 2), Event(Kind.HIRED, JULY), "occurred_on", "不晚于上岗（2026-06-01）"),
        (Event(Kind.REJECTED, MAY), Event(Kind.HIRED, JUNE), "kind", "不得与未录用（2026-05-01）并存"),
        (Event(Kind.SEEKER_DECLINED, MAY), start(JUNE, 1), "kind", "不得与谢绝（2026-05-01）并存"),
        (Event(Kind.SEEKER_DECLINED, MAY), Event(Kind.SEEKER_ACCEPTED, JUNE), "occurred_on", "不晚于谢绝"),
        (Event(Kind.HIRED, MAY), Event(Kind.HIRED, JUNE), "occurred_on", "只有一次"),
        (start(MAY, 2), start(JUNE, 2), "occurred_on", "同一种证据已报上岗（2026-05-01）"),
        (start(MAY, 2, 5000), start(MAY, 2, 6000), "wage_cny_month", "已报月薪 5000"),
    ],
)
def test_these_contradict_each_other_whichever_comes_first(earlier: Event, new: Event, field: str, says: str) -> None:
    found = contradiction(new, [earlier])
    assert found is not None
    assert (found.field, says in found.zh) == (field, True)
    assert contradiction(earlier, [new]) is not None


def test_of_events_of_one_day_and_step_the_same_stands_in_whatever_order_they_come() -> None:
    for pair in ((Kind.HIRED, Kind.REJECTED), (Kind.SEEKER_DECLINED, Kind.STARTED)):
        one, other = (Event(kind, MAY) for kind in pair)
        assert sorted([one, other], key=life_order) == sorted([other, one], key=life_order)
