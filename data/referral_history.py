"""Which events of one referral may stand together in the ledger.

Reports come late, in any order, and with steps missing: a start without its hiring is no contradiction. Whether two
events contradict each other depends on these two alone, so a history without contradictions is accepted in whatever
order and portions it comes in (docs/decisions/0024).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from data.records import EVENT_NAMES_ZH
from data.records import ReferralEventKind as Kind

STEP: dict[Kind, int] = {
    Kind.REFERRED: 0,
    Kind.SEEKER_ACCEPTED: 1,
    Kind.INTERVIEWED: 2,
    Kind.HIRED: 3,
    Kind.REJECTED: 3,
    Kind.SEEKER_DECLINED: 4,
    Kind.STARTED: 4,
    Kind.LEFT: 5,
}
"""Of two events the one of the lower step is not the later. Who declines may do so at any step before the start."""

_EXCLUDE_EACH_OTHER = frozenset(
    frozenset(pair)
    for pair in (
        (Kind.HIRED, Kind.REJECTED),
        (Kind.REJECTED, Kind.SEEKER_DECLINED),
        (Kind.REJECTED, Kind.STARTED),
        (Kind.REJECTED, Kind.LEFT),
        (Kind.SEEKER_DECLINED, Kind.STARTED),
        (Kind.SEEKER_DECLINED, Kind.LEFT),
    )
)
_MORE_THAN_ONCE = frozenset((Kind.INTERVIEWED, Kind.STARTED))
"""Interviews; and a start, of which each evidence may be a record of its own (`evaluation.outcomes.placements`)."""


class Event(NamedTuple):
    """One event of a referral: `evidence_tier` (`EvidenceTier`) of a start, `wage_cny_month` where it is known."""

    kind: Kind
    occurred_on: date
    evidence_tier: int | None = None
    wage_cny_month: float | None = None


@dataclass(frozen=True)
class Contradiction:
    """Why an event cannot stand beside one that does; `field` is the field of `Event` at fault."""

    field: str
    zh: str
    en: str


def contradiction(new: Event, known: Iterable[Event]) -> Contradiction | None:
    """Why `new` contradicts one of the events `known` of its referral; None where it does not.

    Symmetric: of two events that contradict each other either would be refused beside the other.
    """
    return next((found for event in known if (found := _between(new, event)) is not None), None)


def life_order(event: Event) -> tuple[int, date, str, int, float]:
    """Sorts events of one referral by step, then day: of two that contradict each other the first one stands.

    No two different events are equal in it, so that what stands does not depend on the order of rows.
    """
    return STEP[event.kind], event.occurred_on, event.kind.value, event.evidence_tier or 0, event.wage_cny_month or 0.0


def _between(new: Event, known: Event) -> Contradiction | None:
    if new.kind == known.kind:
        return _of_one_kind(new, known)
    new_step, known_step = STEP[new.kind], STEP[known.kind]
    if frozenset((new.kind, known.kind)) in _EXCLUDE_EACH_OTHER:
        return Contradiction(
            "kind", f"不得与{_zh(known)}并存：其一有误", f"not beside {_en(known)}: one of the two is wrong"
        )
    if new_step < known_step and new.occurred_on > known.occurred_on:
        return Contradiction("occurred_on", f"不晚于{_zh(known)}", f"no later than {_en(known)}")
    if new_step > known_step and new.occurred_on < known.occurred_on:
        return Contradiction("occurred_on", f"不早于{_zh(known)}", f"no earlier than {_en(known)}")
    return None


def _of_one_kind(new: Event, known: Event) -> Contradiction | None:
    if new.occurred_on != known.occurred_on:
        if new.kind not in _MORE_THAN_ONCE:
            return Contradiction("occurred_on", f"已报{_zh(known)}，只有一次", f"once: {_en(known)} is reported")
        if new.kind == Kind.STARTED and new.evidence_tier == known.evidence_tier:
            return Contradiction(
                "occurred_on", f"同一种证据已报{_zh(known)}", f"{_en(known)} is reported by the same evidence"
            )
        return None
    wages = new.wage_cny_month, known.wage_cny_month
    if new.evidence_tier == known.evidence_tier and None not in wages and wages[0] != wages[1]:
        return Contradiction(
            "wage_cny_month",
            f"{_zh(known)}已报月薪 {known.wage_cny_month:g}",
            f"{_en(known)} is reported with {known.wage_cny_month:g}",
        )
    return None


def _zh(event: Event) -> str:
    return f"{EVENT_NAMES_ZH[event.kind]}（{event.occurred_on}）"


def _en(event: Event) -> str:
    return f"{event.kind.value.replace('_', ' ')} ({event.occurred_on})"
