from __future__ import annotations

from datetime import date

import pandas as pd

from data.market import market_from_records
from models.training_table import training_pairs
from tests.data.records_for_tests import AS_OF, records

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


def test_labels() -> None:
    referrals = [
        {"referral_id": r, "seeker_id": "S-1", "vacancy_id": "V-1", "run_id": None, "referred_on": pd.Timestamp(day),
         "position": None, "propensity": None, "source": "test"}
        for r, day, _, _ in HISTORY
    ]  # fmt: skip
    events = [
        {"referral_id": r, "event": event, "occurred_on": pd.Timestamp(day), "evidence_tier": None,
         "wage_cny_month": None}
        for r, day, happened, _ in HISTORY for event in happened
    ]  # fmt: skip
    made = records(referrals=referrals, referral_events=events)
    found = training_pairs(made, market_from_records(made, AS_OF, include_closed=True), AS_OF)
    expected = [labels for _, _, _, labels in HISTORY if labels is not None]
    assert list(zip(found.accepted, found.hired, found.hire_known, strict=True)) == expected
    assert (found.referred_on[1:] >= found.referred_on[:-1]).all()


def test_no_history_is_an_empty_table() -> None:
    made = records()
    assert len(training_pairs(made, market_from_records(made, AS_OF), date(2026, 6, 1))) == 0
