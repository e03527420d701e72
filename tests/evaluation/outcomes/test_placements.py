"""What the ledger says of a start of work on one day."""

from __future__ import annotations

import pandas as pd
import pytest

from data.errors import DataError
from evaluation.outcomes.placements import placements_known
from tests.data.records_for_tests import seeker
from tests.evaluation.outcomes.ledger_for_tests import day, event, ledger, start


def test_several_records_of_one_start_are_one_placement_with_its_strongest_evidence() -> None:
    records = ledger([seeker()], [start("S-1", 10, tier=4)])
    more = pd.DataFrame([event("R-00000", "started", 40, tier=1, wage=5200)])
    both = ledger(
        [seeker()], [start("S-1", 10, tier=4)],
        referral_events=[*records.referral_events.to_dict("records"), *more.to_dict("records")],
    )  # fmt: skip
    assert placements_known(both, day(39).date())["evidence_tier"].tolist() == [4]  # the proof has not come yet
    row = placements_known(both, day(40).date()).iloc[0]
    assert (row["evidence_tier"], row["started_on"], row["wage_cny_month"]) == (1, day(10), 5000)


def test_of_two_registers_on_one_day_the_stronger_tells_the_wage_whichever_was_reported_first() -> None:
    told = [event("R-00000", "started", 10, tier=4, wage=6000), event("R-00000", "started", 10, tier=1, wage=5200)]
    for events in (told, told[::-1]):
        records = ledger([seeker()], [start("S-1", 10)], referral_events=events)
        assert placements_known(records, day(40).date())["wage_cny_month"].tolist() == [5200]


def test_a_departure_is_known_from_its_day_and_a_start_without_evidence_is_no_placement() -> None:
    records = ledger(
        [seeker(), seeker(seeker_id="S-2")], [start("S-1", 10, left=20), start("S-2", 12, tier=None)]
    )  # fmt: skip
    assert placements_known(records, day(9).date()).empty
    assert placements_known(records, day(19).date())["left_on"].isna().all()
    known = placements_known(records, day(20).date())
    assert known["seeker_id"].tolist() == ["S-1"]
    assert known["left_on"].tolist() == [day(20)]


def test_a_departure_before_the_start_is_refused() -> None:
    with pytest.raises(DataError, match=r"R-00000.*before its start"):
        placements_known(ledger([seeker()], [start("S-1", 10, left=8)]), day(30).date())
