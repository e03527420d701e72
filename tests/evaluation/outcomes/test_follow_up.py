"""What ends a wait, and how long a placement lasted."""

from __future__ import annotations

import pandas as pd

from data.records import EvidenceTier
from evaluation.outcomes.cohorts import inflow_cohort
from evaluation.outcomes.follow_up import SETTLING_DAYS, Cause, FollowUp, follow_up
from tests.data.records_for_tests import seeker
from tests.evaluation.outcomes.ledger_for_tests import day, event, ledger, start

PEOPLE = [
    seeker(seeker_id=f"S-{i}", registered_on=day(0), valid_through=day(until), status=status)
    for i, (until, status) in enumerate([(400, "open"), (400, "open"), (20, "open"), (20, "open"), (400, "closed")])
]
STARTS = [start("S-0", 30, tier=4, left=50), start("S-0", 60, tier=1), start("S-3", 40, left=100)]


def followed(proof: EvidenceTier = EvidenceTier.SEEKER_REPORTS, until: int = 120, **tables: object) -> FollowUp:
    records = ledger(PEOPLE, STARTS, **tables)
    cohort = inflow_cohort(records, day(0).date(), day(1).date(), observed_until=day(until).date())
    return follow_up(records, cohort, proof)


def test_the_first_of_placement_exit_and_the_end_of_knowledge_ends_the_wait() -> None:
    waits = followed().waits
    assert waits["cause"].tolist() == [
        Cause.PLACED, Cause.CENSORED, Cause.LEFT_REGISTER, Cause.PLACED, Cause.LEFT_REGISTER,
    ]  # fmt: skip
    # S-2 left when its registration had ended and nothing sent before could still succeed; S-3 was placed meanwhile.
    assert waits["days"].tolist() == [30, 120, 20 + 1 + SETTLING_DAYS, 40, 1]
    assert (waits["observed_days"] == 120).all()


def test_a_withdrawal_without_a_date_ends_the_wait_after_the_last_trace_and_is_counted() -> None:
    assert followed().undated_exits == 1
    records = ledger(PEOPLE, STARTS)
    traced = ledger(
        PEOPLE, STARTS,
        referrals=[*records.referrals.to_dict("records"), records.referrals.iloc[0].to_dict() | {
            "referral_id": "R-9", "seeker_id": "S-4", "referred_on": day(17)}],
        referral_events=[*records.referral_events.to_dict("records"), event("R-9", "referred", 17)],
    )  # fmt: skip
    cohort = inflow_cohort(traced, day(0).date(), day(1).date(), observed_until=day(120).date())
    assert follow_up(traced, cohort, EvidenceTier.SEEKER_REPORTS).waits["days"].tolist()[4] == 18


def test_what_is_not_proved_is_no_placement_under_a_stricter_standard() -> None:
    proved = followed(EvidenceTier.CONTRACT)
    assert proved.waits["placed_days"].tolist() == [60, pd.NA, pd.NA, 40, pd.NA]
    assert proved.tenures["evidence_tier"].tolist() == [1, 2]


def test_retention_is_that_of_the_first_placement_up_to_the_end_of_knowledge() -> None:
    tenures = followed().tenures
    assert tenures["seeker_id"].tolist() == ["S-0", "S-3"]
    assert tenures["days"].tolist() == [20, 60]
    assert tenures["left"].tolist() == [True, True]
    early = followed(until=45).tenures  # before either has left
    assert early["days"].tolist() == [15, 5]
    assert early["left"].tolist() == [False, False]
    assert early["observed_days"].tolist() == [15, 5]


def test_other_exits_compete_and_a_placement_after_one_is_counted_apart() -> None:
    exits = [("S-1", "further_study", 50), ("S-0", "other", 30), ("S-3", "further_study", 39)]
    follow = followed(seeker_exits=[{"seeker_id": key, "exit": why, "left_on": day(on)} for key, why, on in exits])
    # S-0 is placed on the day of its exit: placed.
    assert follow.waits["cause"].tolist()[:4] == [
        Cause.PLACED, Cause.FURTHER_STUDY, Cause.LEFT_REGISTER, Cause.FURTHER_STUDY,
    ]  # fmt: skip
    assert follow.waits["days"].tolist()[:4] == [30, 50, 66, 39]
    assert follow.placed_after_exit == 1


def closed(key: str, on: int | None, until: int = 400) -> dict[str, object]:
    return seeker(
        seeker_id=key, registered_on=day(0), valid_through=day(until), status="closed",
        closed_on=None if on is None else day(on),
    )  # fmt: skip


def test_a_withdrawal_ends_the_wait_on_its_day_unless_a_start_of_work_may_follow() -> None:
    people = [closed("S-0", 30), closed("S-1", 130), closed("S-2", 30, 10), closed("S-3", 30), closed("S-4", 30)]
    # S-3 and S-4 were hired before they were closed; only S-3 starts.
    hired = [event("R-00000", "hired", 28), event("R-9", "hired", 28)]
    whole = ledger(people, [start("S-3", 36)])
    also = whole.referrals.iloc[0].to_dict() | {"referral_id": "R-9", "seeker_id": "S-4"}
    records = ledger(
        people, [start("S-3", 36)], referrals=[*whole.referrals.to_dict("records"), also],
        referral_events=[*whole.referral_events.to_dict("records"), *hired],
    )  # fmt: skip
    cohort = inflow_cohort(records, day(0).date(), day(1).date(), observed_until=day(120).date())
    follow = follow_up(records, cohort, EvidenceTier.SEEKER_REPORTS)
    assert follow.waits["cause"].tolist() == [
        Cause.LEFT_REGISTER, Cause.CENSORED, Cause.LEFT_REGISTER, Cause.PLACED, Cause.LEFT_REGISTER,
    ]  # fmt: skip
    assert follow.waits["days"].tolist() == [30, 120, 30, 36, 30 + SETTLING_DAYS]
    assert (follow.undated_exits, follow.placed_after_exit) == (0, 0)


def test_an_exit_names_the_reason_of_the_closing_on_its_day() -> None:
    records = ledger(
        [closed("S-0", 30), closed("S-1", 30), closed("S-2", 30)], [],
        seeker_exits=[{"seeker_id": "S-0", "exit": "further_study", "left_on": day(30)},
                      {"seeker_id": "S-1", "exit": "died", "left_on": day(30)}],
    )  # fmt: skip
    cohort = inflow_cohort(records, day(0).date(), day(1).date(), observed_until=day(120).date())
    follow = follow_up(records, cohort, EvidenceTier.SEEKER_REPORTS)
    assert follow.waits["cause"].tolist() == [Cause.FURTHER_STUDY, Cause.OTHER, Cause.LEFT_REGISTER]
    assert follow.waits["days"].tolist() == [30, 30, 30]
