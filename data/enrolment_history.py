"""Which events of one enrolment may stand together.

As for referrals (`referral_history`): reports come late, in any order and with steps missing, and whether two events
contradict each other depends on these two alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from data.records import ENROLMENT_NAMES_ZH
from data.records import EnrolmentStep as Step
from data.referral_history import Contradiction

STEP: dict[Step, int] = {
    Step.ENROLLED: 0,
    Step.ATTENDING: 1,
    Step.FAILED: 2,
    Step.CERTIFIED: 3,
    Step.DROPPED_OUT: 3,
    Step.HIRED: 4,
    Step.RETAINED: 5,
}
"""In which events of one day are read. A certificate may come after the hiring: those two have no order of days."""

_NOT_AFTER = frozenset(
    [(Step.ENROLLED, later) for later in Step if later is not Step.ENROLLED]
    + [(Step.ATTENDING, later) for later in Step if STEP[later] > STEP[Step.ATTENDING]]
    + [(Step.FAILED, Step.CERTIFIED), (Step.FAILED, Step.DROPPED_OUT), (Step.HIRED, Step.RETAINED)]
)
_EXCLUDED_BY_DROPOUT = frozenset((Step.CERTIFIED, Step.HIRED, Step.RETAINED))


class EnrolmentEvent(NamedTuple):
    """One event of an enrolment; `reason` (`DropoutReason`) of a dropout, where it is known."""

    kind: Step
    occurred_on: date
    reason: str | None = None


def enrolment_contradiction(new: EnrolmentEvent, known: Iterable[EnrolmentEvent]) -> Contradiction | None:
    """Why `new` contradicts one of the events `known` of its enrolment; None where it does not. Symmetric."""
    return next((found for event in known if (found := _between(new, event)) is not None), None)


def _between(new: EnrolmentEvent, known: EnrolmentEvent) -> Contradiction | None:
    zh, en = f"{ENROLMENT_NAMES_ZH[known.kind]}（{known.occurred_on}）", f"{_words(known.kind)} ({known.occurred_on})"
    if new.kind == known.kind:
        if new.occurred_on != known.occurred_on:
            return Contradiction("occurred_on", f"已报{zh}，只有一次", f"once: {en} is reported")
        if None not in (new.reason, known.reason) and new.reason != known.reason:
            return Contradiction("reason", f"{zh}已有原因", f"{en} has another reason")
        return None
    kinds = {new.kind, known.kind}
    if Step.DROPPED_OUT in kinds and kinds & _EXCLUDED_BY_DROPOUT:
        return Contradiction("event", f"不得与{zh}并存：其一有误", f"not beside {en}: one of the two is wrong")
    if (new.kind, known.kind) in _NOT_AFTER and new.occurred_on > known.occurred_on:
        return Contradiction("occurred_on", f"不晚于{zh}", f"no later than {en}")
    if (known.kind, new.kind) in _NOT_AFTER and new.occurred_on < known.occurred_on:
        return Contradiction("occurred_on", f"不早于{zh}", f"no earlier than {en}")
    return None


def _words(kind: Step) -> str:
    return kind.value.replace("_", " ")
