"""What no policy can do, whatever it wants, and what one run shares with another."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError
from data.market import market_from_records
from data.synthetic_city.city import City
from data.synthetic_city.year import build_year
from evaluation.simulation.comparisons import REFERRALS
from evaluation.simulation.month_market import MonthMarket, Pairs
from evaluation.simulation.month_outcome import DAYS_TO_START
from evaluation.simulation.policies import POLICIES, Policy
from evaluation.simulation.prepared_city import CityFolder, open_city
from evaluation.simulation.simulated_city import SimulatedCity
from evaluation.simulation.year import Arm, YearOutcome, simulate_year
from matching.allocation_policy import ReferralPolicy, referral_capacity
from matching.eligibility import judge
from tests.evaluation.simulation.conftest import SETTINGS
from tests.evaluation.simulation.toy_market import ByLot, SameForAll, everything_allowed, toy_city

SEED = SETTINGS.city.seed


@pytest.fixture(scope="module")
def city(city_folder: CityFolder) -> SimulatedCity:
    return open_city(city_folder)


@pytest.fixture(scope="module")
def records_of_city() -> City:
    return build_year(SETTINGS)


@pytest.fixture(scope="module")
def outcomes(city: SimulatedCity, city_folder: CityFolder) -> dict[str, YearOutcome]:
    everyone = np.ones(city.n_seekers, dtype=bool)
    return {
        policy.name: simulate_year(city, city_folder.candidates, [Arm(policy, everyone)], seed=SEED)
        for policy in POLICIES
    }


def in_toy(city: SimulatedCity, policy: Policy, seed: int = 1) -> YearOutcome:
    everyone = np.ones(city.n_seekers, dtype=bool)
    return simulate_year(city, lambda month: everything_allowed(city, month), [Arm(policy, everyone)], seed=seed)


def test_no_pair_that_breaks_a_hard_rule_is_referred(outcomes, records_of_city):
    for month, day in enumerate(SETTINGS.month_days):
        market = market_from_records(records_of_city.records, SETTINGS.city.as_of + timedelta(days=day))
        ids = (records_of_city.records.seekers["seeker_id"], records_of_city.records.vacancies["vacancy_id"])
        for outcome in outcomes.values():
            made = outcome.referrals[outcome.referrals["month"] == month]
            seekers, vacancies = (
                pd.Index(table[key]).get_indexer(pd.Index(known.iloc[rows])).astype(np.int32)
                for table, key, known, rows in (
                    (market.seekers, "seeker_id", ids[0], made["seeker"]),
                    (market.vacancies, "vacancy_id", ids[1], made["vacancy"]),
                )
            )
            assert len(made) > 0
            assert (seekers >= 0).all(), "someone who is not registered"
            assert (vacancies >= 0).all(), "a post that is not advertised"
            assert judge(market, seekers, vacancies).candidate.all()


def test_nobody_is_referred_more_than_three_times_a_month_or_twice_to_the_same_post(outcomes):
    for outcome in outcomes.values():
        assert outcome.referrals.groupby(["month", "seeker"]).size().max() <= 3
        assert not outcome.referrals.duplicated(["seeker", "vacancy"]).any()


def test_nobody_holds_two_jobs_at_once(outcomes):
    for outcome in outcomes.values():
        held = outcome.starts.sort_values(["seeker", "start_day"])
        before = held.groupby("seeker")["leave_day"].shift()
        assert (held["start_day"] > before.fillna(-1)).all()


def test_who_holds_a_job_is_not_referred(outcomes, city):
    for outcome in outcomes.values():
        made = outcome.referrals.merge(outcome.starts, on="seeker", suffixes=("", "_of_start"))
        day = np.array(city.month_days)
        taken = (made["month"] > made["month_of_start"]) & (day[made["month"]] < made["leave_day"])
        assert not taken.any()


def test_openings_are_never_overfilled(outcomes, city):
    for outcome in outcomes.values():
        for day in city.month_days:
            day_after = day + DAYS_TO_START[1]
            begun = outcome.starts[outcome.starts["start_day"] < day_after]
            held = np.bincount(begun.loc[begun["leave_day"] > day, "vacancy"], minlength=city.n_vacancies)
            assert (held <= city.headcount).all()
        assert len(outcome.starts) <= outcome.openings_offered


def test_every_start_comes_from_a_referral_of_its_month(outcomes, city):
    for outcome in outcomes.values():
        key = ["seeker", "vacancy", "month"]
        assert len(outcome.starts.merge(outcome.referrals, on=key)) == len(outcome.starts)
        wait = outcome.starts["start_day"] - np.array(city.month_days)[outcome.starts["month"]]
        assert wait.between(DAYS_TO_START[0], DAYS_TO_START[1] - 1).all()


def test_prices_keep_to_the_posts_capacity(outcomes, city, city_folder):
    outcome = outcomes["ranker_with_prices"]
    assert (outcome.months["beyond_capacity"] == 0).all()
    first = outcome.referrals[outcome.referrals["month"] == 0]
    posts = city_folder.candidates(0).vacancies
    capacity = referral_capacity(
        city.headcount[posts], np.unique(city.employer[posts], return_inverse=True)[1], ReferralPolicy(), 300
    )
    assert (np.bincount(first["vacancy"], minlength=city.n_vacancies)[posts] <= capacity).all()


def test_the_same_pair_in_the_same_month_fares_alike_under_every_policy(outcomes):
    key = ["seeker", "vacancy", "month"]
    one, other = outcomes["ranker"].starts, outcomes["ranker_with_prices"].starts
    both = one.merge(other, on=key, suffixes=("", "_other"))
    assert len(both) > 20
    for name in ("start_day", "leave_day", "wage_cny_month"):
        assert (both[name] == both[f"{name}_other"]).all()


def test_two_arms_of_one_policy_are_that_policy(city, city_folder):
    (policy,) = REFERRALS.named(["similarity"])
    half = np.arange(city.n_seekers) % 2 == 0
    whole = simulate_year(city, city_folder.candidates, [Arm(policy, half | ~half)], seed=SEED)
    halves = simulate_year(city, city_folder.candidates, [Arm(policy, half), Arm(policy, ~half)], seed=SEED)
    pd.testing.assert_frame_equal(whole.starts, halves.starts)


def test_nobody_can_be_in_two_arms(city, city_folder):
    everyone = np.ones(city.n_seekers, dtype=bool)
    with pytest.raises(DataError, match="two arms"):
        simulate_year(city, city_folder.candidates, [Arm(policy, everyone) for policy in POLICIES[:2]], seed=SEED)


def test_whom_no_arm_reaches_is_not_referred(city, city_folder):
    some = np.arange(city.n_seekers) < 50
    outcome = simulate_year(city, city_folder.candidates, [Arm(POLICIES[0], some)], seed=SEED)
    assert set(outcome.referrals["seeker"]) <= set(range(50))


def test_policies_differ_in_the_direction_that_scarcity_gives(outcomes):
    placed = {name: outcome.starts["seeker"].nunique() for name, outcome in outcomes.items()}
    assert placed["posting_order"] < placed["random"] < placed["ranker_with_prices"]
    crowded = {name: int(outcome.months["beyond_capacity"].sum()) for name, outcome in outcomes.items()}
    assert crowded["posting_order"] > crowded["ranker"] > crowded["ranker_with_prices"] == 0


def test_newest_first_sends_to_the_newest_allowed_posts(outcomes, city, city_folder):
    made = outcomes["posting_order"].referrals
    month = city_folder.candidates(0)
    for place in (0, 7, 150):
        mine = made[(made["month"] == 0) & (made["seeker"] == month.seekers[place])]["vacancy"]
        allowed = month.vacancies[np.unpackbits(month.bits[place].view(np.uint8), bitorder="little")[:60] == 1]
        assert sorted(city.vacancy_first[mine]) == sorted(np.sort(city.vacancy_first[allowed])[-len(mine) :])
        assert len(mine) == min(3, len(allowed))


class Refers:
    """A policy that refers what it is told."""

    name, zh, en = "told", "", ""

    def __init__(self, pairs: list[tuple[int, int]]) -> None:
        self.pairs = pairs

    def refer(self, _: MonthMarket) -> Pairs:
        seeker, vacancy = np.array(self.pairs, dtype=np.int32).reshape(-1, 2).T
        return Pairs(seeker, vacancy)


def test_a_pair_that_a_rule_forbids_is_refused(city, city_folder):
    month = city_folder.candidates(0)
    seeker = next(i for i, bits in enumerate(month.bits) if not bits[0] & np.uint64(1))
    everyone = np.ones(city.n_seekers, dtype=bool)
    with pytest.raises(DataError, match="break a hard rule"):
        simulate_year(city, city_folder.candidates, [Arm(Refers([(seeker, 0)]), everyone)], seed=SEED)


def test_a_fourth_referral_and_a_repeated_one_are_refused():
    city = toy_city(2, [1] * 5)
    with pytest.raises(DataError, match="beyond what a person gets"):
        in_toy(city, Refers([(0, v) for v in range(4)]))
    with pytest.raises(DataError, match="were made before"):
        in_toy(city, Refers([(0, 1), (0, 1)]))
    nobody_accepts = toy_city(2, [1] * 5, months=2, truth=SameForAll(accept=0))
    with pytest.raises(DataError, match="month 1: 1 referrals were made before"):
        in_toy(nobody_accepts, Refers([(0, 1)]))


LEAVE_NEXT_DAY = SameForAll(leave_a_month=1e9)


def test_an_opening_that_is_left_opens_again():
    newcomers = {"months": 3, "seeker_first": np.array([0, 0, 1, 1, 31, 31])}
    stay, leave = (in_toy(toy_city(6, [2], truth=truth, **newcomers), ByLot("lot", 1))
                   for truth in (SameForAll(), LEAVE_NEXT_DAY))  # fmt: skip
    assert (len(stay.starts), stay.openings_offered) == (2, 2)
    assert (len(leave.starts), leave.openings_offered) == (6, 6)


def test_who_leaves_is_referred_again():
    stays, leaves = (in_toy(toy_city(1, [1, 1], months=3, truth=truth), ByLot("lot", 1))
                     for truth in (SameForAll(), LEAVE_NEXT_DAY))  # fmt: skip
    assert stays.starts["month"].tolist() == [0]
    assert leaves.starts["month"].tolist() == [0, 1]
    assert leaves.starts["leave_day"].tolist() == (leaves.starts["start_day"] + 1).tolist()


def test_registrations_and_posts_that_have_ended_or_not_begun_take_no_part():
    city = toy_city(
        3, [3, 3], months=2, truth=SameForAll(accept=0), seeker_first=np.array([0, 31, 0]),
        seeker_last=np.array([0, 99, 99]), vacancy_first=np.array([0, 20]), vacancy_last=np.array([10, 99]),
    )  # fmt: skip
    made = in_toy(city, ByLot("lot", 3)).referrals
    assert set(map(tuple, made[["month", "seeker", "vacancy"]].to_numpy())) == {(0, 0, 0), (0, 2, 0), (1, 2, 1)}
