from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from data.market import market_from_records
from models.training_table import TrainingPairs, training_pairs
from tests.data.records_for_tests import AS_OF, records, vacancy

LONG_AGO, RECENT = "2026-02-01", "2026-05-30"
HISTORY = [
    # referral, day, events, (accepted, hired, hire known); None: says nothing yet
    ("01", LONG_AGO, [], (False, False, False)),  # never answered, window passed
    ("02", LONG_AGO, ["seeker_declined"], (False, False, False)),
    ("03", LONG_AGO, ["seeker_accepted"], (True, False, True)),  # accepted, never hired
    ("04", LONG_AGO, ["seeker_accepted", "hired"], (True, True, True)),
    ("05", LONG_AGO, ["rejected"], (True, False, True)),  # an employer rejects only who applied
    ("06", RECENT, [], None),
    ("07", RECENT, ["seeker_accepted"], (True, False, False)),  # accepted, too young to say who is hired
    ("08", RECENT, ["seeker_accepted", "started"], (True, True, True)),
    ("09", "2026-06-02", ["seeker_accepted"], None),  # after as_of: has not happened
]


def pairs_of(referred: dict[str, str], happened: list[tuple[str, str, str]], openings: int | None) -> TrainingPairs:
    """Pairs of referrals (identifier → day) and events (identifier, event, day) to one post of so many openings."""
    referrals = [
        {"referral_id": r, "seeker_id": "S-1", "vacancy_id": "V-1", "run_id": None, "referred_on": pd.Timestamp(day),
         "position": None, "propensity": None, "source": "test"}
        for r, day in referred.items()
    ]  # fmt: skip
    events = [
        {"referral_id": r, "event": event, "occurred_on": pd.Timestamp(day), "evidence_tier": None,
         "wage_cny_month": None}
        for r, event, day in happened
    ]  # fmt: skip
    made = records(vacancies=[vacancy(headcount=openings)], referrals=referrals, referral_events=events)
    return training_pairs(made, market_from_records(made, AS_OF, include_closed=True), AS_OF)


def test_labels() -> None:
    referred = {r: day for r, day, _, _ in HISTORY}
    found = pairs_of(referred, [(r, event, day) for r, day, happened, _ in HISTORY for event in happened], 9)
    expected = [labels for _, _, _, labels in HISTORY if labels is not None]
    assert list(zip(found.accepted, found.hired, found.hire_known, strict=True)) == expected
    assert (found.referred_on[1:] >= found.referred_on[:-1]).all()


FILLING = [
    # day referred, its event, day of it: the post is full from the second hire on
    ("2026-02-01", "hired", "2026-02-10"),
    ("2026-02-02", "rejected", "2026-02-12"),
    ("2026-02-03", "hired", "2026-02-14"),
    ("2026-02-04", "rejected", "2026-02-14"),
    ("2026-02-05", "interviewed", "2026-02-09"),  # nobody answered; the window ended when the post was full
]


@pytest.mark.parametrize(
    ("openings", "known"),
    [
        (2, [True, True, True, False, False]),
        (1, [True, False, True, False, False]),
        (3, [True] * 5),
        (None, [True] * 5),  # openings not stated: never full
    ],
)
def test_rejection_by_a_full_post_says_nothing(openings: int | None, known: list[bool]) -> None:
    referred = {str(i): day for i, (day, _, _) in enumerate(FILLING)}
    found = pairs_of(referred, [(str(i), event, day) for i, (_, event, day) in enumerate(FILLING)], openings)
    assert found.hire_known.tolist() == known
    assert found.accepted.all()


def test_where_nobody_was_hired_every_rejection_counts() -> None:
    assert pairs_of({"1": "2026-02-01"}, [("1", "rejected", "2026-02-09")], 1).hire_known.tolist() == [True]


def test_no_history_is_an_empty_table() -> None:
    made = records()
    assert len(training_pairs(made, market_from_records(made, AS_OF), date(2026, 6, 1))) == 0
