"""A night's log joined with the ledger, and nights pooled: small tables worked by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.columns import Records
from data.errors import DataError
from data.records import EvidenceTier
from evaluation.off_policy.inverse_propensity import inverse_propensity
from evaluation.off_policy.logged_pairs import LoggedPairs
from evaluation.off_policy.policy_evidence import DEFAULT_POLICIES, Policy, policy_values
from evaluation.off_policy.policy_value import PolicyValue
from evaluation.off_policy.run_log import LOGGED_CANDIDATES, RunLog, RunOutcomes, logged_pairs, run_outcomes
from evaluation.off_policy.support import SupportLimits
from evaluation.off_policy.target_policies import as_published, best_by, by_ranker, by_similarity, greedily
from tests.data.records_for_tests import records

NIGHT = date(2026, 3, 1)
ANY = SupportLimits(least_effective=0, few_effective=0)


def run_log(run_id: str = "N-1", seekers: tuple[str, ...] = ("S-1", "S-2", "S-3"), **columns: Any) -> RunLog:
    """Two candidates each of the first two seekers; the third has none."""
    table = {
        "seeker": [0, 0, 1, 1], "vacancy": [0, 1, 0, 1], "propensity": [0.75, 0.25, 0.5, 0.5],
        "referred": [True, False, False, True], "greedy": [False, True, True, False],
        "p_accept": [0.5, 0.5, 0.8, 0.4], "p_hire": [0.5, 0.8, 0.5, 0.5], "similarity": [0.9, -0.2, 0.1, 0.3],
    }  # fmt: skip
    return RunLog(
        run_id, NIGHT, 0.25, 1, np.array(seekers, object), np.array(["V-1", "V-2"], object),
        LOGGED_CANDIDATES.check(pd.DataFrame(table | columns)),
    )  # fmt: skip


def ledger(*rows: tuple[str, str, str, int | None, int]) -> Records:
    """Rows of run, seeker, vacancy, day of the start after the night (None: none), tier of its proof."""
    referrals, events = [], []
    for number, (run_id, seeker, vacancy, started, tier) in enumerate(rows):
        key = f"R-{number}"
        referrals.append(
            {
                "referral_id": key, "seeker_id": seeker, "vacancy_id": vacancy, "run_id": run_id, "referred_on": NIGHT,
                "position": 1, "propensity": 0.75 if seeker == "S-1" else 0.5, "source": "test",
            }
        )  # fmt: skip
        if started is not None:
            day = pd.Timestamp(NIGHT + timedelta(days=started))
            events.append(
                {
                    "referral_id": key, "event": "started", "occurred_on": day, "evidence_tier": tier,
                    "wage_cny_month": None,
                }
            )  # fmt: skip
    return records(**{name: table for name, table in (("referrals", referrals), ("referral_events", events)) if table})


def placed(*rows: tuple[str, str, str, int | None, int], **changes: Any) -> RunOutcomes:
    wanted = {"horizon_days": 90, "observed_until": date(2026, 12, 31)} | changes
    return run_outcomes(run_log(), ledger(*rows), **wanted)


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (("N-1", "S-1", "V-1", 90, 2), 1.0),
        (("N-1", "S-1", "V-1", 91, 2), 0.0),  # after the horizon
        (("N-1", "S-1", "V-1", 30, 4), 0.0),  # the seeker's word is no proof
        (("N-1", "S-1", "V-1", None, 2), 0.0),
        (("N-2", "S-1", "V-1", 30, 2), 0.0),  # another night's referral
        (("N-1", "S-1", "V-2", 30, 2), 0.0),  # a pair that this night did not refer
        (("N-1", "S-9", "V-1", 30, 2), 0.0),  # somebody whom the log does not hold
        ((None, "S-1", "V-1", 30, 2), 0.0),  # a person's own choice
    ],
)
def test_what_counts_as_a_placement_of_the_night(row: tuple, outcome: float) -> None:
    got = placed(row)
    assert got.placed.tolist() == pytest.approx([outcome, np.nan, np.nan, 0.0], nan_ok=True)
    assert (got.referrals, got.contradicting) == (2, 0)
    assert got.recorded == (row[:3] == ("N-1", "S-1", "V-1"))


def test_weaker_proof_can_be_asked_for() -> None:
    assert placed(("N-1", "S-1", "V-1", 30, 4), proof=EvidenceTier.SEEKER_REPORTS).placed[0] == 1.0


def test_a_horizon_that_has_not_passed_is_refused() -> None:
    with pytest.raises(DataError, match="90 days end on 2026-05-30, the ledger on 2026-05-29"):
        placed(observed_until=date(2026, 5, 29))


def test_a_referral_recorded_with_another_propensity_is_counted() -> None:
    log = run_log(propensity=[0.8, 0.2, 0.5, 0.5])
    got = run_outcomes(
        log, ledger(("N-1", "S-1", "V-1", 30, 2)), horizon_days=90, observed_until=date(2026, 12, 31)
    )  # fmt: skip
    assert got.contradicting == 1


def test_target_policies() -> None:
    log = run_log()
    assert by_ranker(log).tolist() == [0, 1, 1, 0]  # 0.25 < 0.4; 0.4 > 0.2
    assert by_similarity(log).tolist() == [1, 0, 0, 1]
    assert greedily(log).tolist() == [0, 1, 1, 0]
    assert as_published(log) == pytest.approx([0.75, 0.25, 0.5, 0.5])
    assert best_by(log, np.array([1.0, 2.0, 4.0, 3.0])).tolist() == [0, 1, 1, 0]


def test_nights_are_pooled_by_person_and_valued_by_list() -> None:
    logs = [run_log("N-1"), run_log("N-2", ("S-2", "S-1", "S-4"))]
    outcomes = [
        RunOutcomes(np.array([1.0, np.nan, np.nan, 0.0]), 2, 2, 0),
        RunOutcomes(np.array([0.0, np.nan, np.nan, 1.0]), 2, 2, 0),
    ]
    pairs = logged_pairs(logs, outcomes, [by_similarity(log) for log in logs])
    assert pairs.n_seekers == 4
    assert pairs.lists is not None
    assert pairs.lists.tolist() == [2, 2, 1, 1]
    assert pairs.seeker.tolist() == [0, 0, 1, 1, 1, 1, 0, 0]
    assert pairs.target_length == pytest.approx(4 / 6)
    got = inverse_propensity(pairs, limits=ANY)
    assert isinstance(got, PolicyValue)
    gained = np.array([1 / 0.75 + 1 / 0.5, 0.0, 0.0, 0.0])  # S-1: both nights' placements
    assert got.value == pytest.approx(gained.sum() / 6)
    influence = (gained - got.value * np.array([2, 2, 1, 1])) / 1.5
    assert got.standard_error == pytest.approx(influence.std(ddof=1) / 2)


def test_a_list_each_is_as_no_lists() -> None:
    log, outcome = run_log(), RunOutcomes(np.array([1.0, np.nan, np.nan, 0.0]), 2, 2, 0)
    pooled = logged_pairs([log], [outcome], [by_similarity(log)])
    plain = LoggedPairs(pooled.seeker, pooled.logging, pooled.target, pooled.referred, pooled.outcome, 3)
    one, other = inverse_propensity(pooled, limits=ANY), inverse_propensity(plain, limits=ANY)
    assert isinstance(one, PolicyValue)
    assert isinstance(other, PolicyValue)
    assert (one.value, one.standard_error) == pytest.approx((other.value, other.standard_error))


def test_the_same_fate_on_two_nights_is_no_second_observation() -> None:
    """Twenty copies of a night say no more than one: the interval stays as wide."""
    rng = np.random.default_rng(1)
    n = 200
    log = RunLog(
        "N", NIGHT, 0.25, 1, np.array([f"S-{row}" for row in range(n)], object), np.array(["V-1"], object),
        LOGGED_CANDIDATES.check(
            pd.DataFrame(
                {
                    "seeker": np.arange(n), "vacancy": 0, "propensity": 0.5, "referred": rng.random(n) < 0.5,
                    "greedy": True, "p_accept": 0.5, "p_hire": 0.5, "similarity": 0.0,
                }
            )
        ),
    )  # fmt: skip
    fate = np.where(log.candidates["referred"], rng.random(n) < 0.4, np.nan)
    outcome = RunOutcomes(fate, 100, 100, 0)
    errors = []
    for nights in (1, 20):
        pairs = logged_pairs([log] * nights, [outcome] * nights, [by_ranker(log)] * nights)
        got = inverse_propensity(pairs, limits=ANY)
        assert isinstance(got, PolicyValue)
        errors.append(got.standard_error)
    assert errors[0] == pytest.approx(errors[1])


def test_values_of_policies_as_a_table() -> None:
    log, outcome = run_log(), RunOutcomes(np.array([1.0, np.nan, np.nan, 0.0]), 2, 2, 0)
    newer = Policy("newer", "新模型", "a newer ranker", lambda log: best_by(log, np.array([2.0, 1.0, 1.0, 2.0])))
    table = policy_values([log], [outcome], (*DEFAULT_POLICIES, newer), limits=ANY)
    assert len(table) == 5 * 3
    value = table.set_index(["policy", "estimator"])["value"]
    assert value["published", "ips"] == pytest.approx(1 / 3)  # what was observed
    assert value["newer", "ips"] == pytest.approx(1 / 0.75 / 3)
    assert value["newer", "dr"] == pytest.approx((0.25 + (1 - 0.25) / 0.75 + 0.2 + (0 - 0.2) / 0.5) / 3)
    refusal = table.set_index(["policy", "estimator"])["refusal_en"]
    assert refusal[["published", "newer"]].isna().all()
    assert refusal["own_best", "snips"] == "no referral counts for the policy"  # none of its pairs was referred


def test_what_cannot_be_told_is_a_refusal_in_the_table() -> None:
    log = run_log(propensity=[1.0, 0.0, 0.0, 1.0])
    table = policy_values([log], [RunOutcomes(np.array([1.0, np.nan, np.nan, 0.0]), 2, 2, 0)])
    own_best = table[table["policy"] == "own_best"]
    assert own_best["value"].isna().all()
    assert (own_best["unsupported_share"] == 1.0).all()
    assert own_best["refusal_en"].str.startswith("no support: 100.0% of the policy's referrals").all()
    assert own_best["refusal_zh"].str.startswith("缺乏支撑").all()


def test_each_night_needs_its_outcomes() -> None:
    with pytest.raises(DataError, match="one of each"):
        logged_pairs([run_log()], [], [])
    with pytest.raises(DataError, match="has no list"):
        LoggedPairs(
            np.array([0]), np.array([1.0]), np.array([1.0]), np.array([True]), np.array([1.0]), 1, np.array([0])
        )  # fmt: skip
