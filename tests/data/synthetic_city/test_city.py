from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.columns import RECORD_TABLES
from data.reference.advertised_distributions import advertised
from data.synthetic_city.city import City, build_city
from data.synthetic_city.hiring_truth import load_truth, save_truth
from data.synthetic_city.settings import CitySettings


@pytest.fixture(scope="module")
def city() -> City:
    return build_city(CitySettings(seekers=4000, vacancies=4000, courses=100))


def test_same_settings_make_the_same_city():
    one, two = (build_city(CitySettings(seekers=60, vacancies=30, courses=5)) for _ in range(2))
    for table in RECORD_TABLES:
        pd.testing.assert_frame_equal(getattr(one.records, table.name), getattr(two.records, table.name))


def test_another_seed_makes_another_city():
    one, two = (build_city(CitySettings(seed=s, seekers=60, vacancies=30, courses=5)) for s in (1, 2))
    assert not one.records.seekers["profile_text"].equals(two.records.seekers["profile_text"])


def test_at_least_450_occupations_half_of_them_manual_and_service_trades(city):
    codes = city.records.vacancies["occupation_code"].drop_duplicates()
    assert len(codes) >= 450
    assert codes.str[0].isin(["4", "5", "6"]).mean() >= 0.5


def test_pay_and_districts_are_near_the_advertised(city):
    posts = city.records.vacancies
    middle = (posts["wage_min_cny_month"] + posts["wage_max_cny_month"]).median() / 2
    assert abs(middle / 5417 - 1) < 0.15
    share = posts["district_code"].value_counts(normalize=True)
    central = advertised("district")["share"].loc[lambda s: s > 0.05]
    assert (share.reindex(central.index).astype(float) - central).abs().max() < 0.05


def test_referrals_have_plausible_outcomes_in_legal_order(city):
    events = city.records.referral_events
    days = events.pivot(index="referral_id", columns="event", values="occurred_on")
    assert (events["occurred_on"] < pd.Timestamp(CitySettings().as_of)).all()
    order = ["referred", "seeker_accepted", "interviewed", "hired", "started", "left"]
    for first, then in pairwise(order):
        both = days[days[then].notna()]
        assert both[first].notna().all()
        assert (both[first] <= both[then]).all()
    assert not (days["hired"].notna() & days["rejected"].notna()).any()
    assert not (days["seeker_accepted"].notna() & days["seeker_declined"].notna()).any()
    accepted = days["seeker_accepted"].notna()
    assert 0.30 < accepted.mean() < 0.45
    assert 0.15 < days.loc[accepted, "hired"].notna().mean() < 0.35


def test_hidden_traits_are_in_no_record():
    columns = {c for t in RECORD_TABLES for c in t.columns}
    assert columns.isdisjoint({"ability", "aversion", "taste", "strictness", "attractiveness", "sex", "ethnicity"})


def test_a_barred_pair_is_hardly_ever_hired(city):
    s = np.arange(4000)
    v = np.arange(4000)
    lacking = (
        city.truth.vacancies["credentials"].to_numpy()[v] & ~city.truth.seekers["credentials"].to_numpy()[s]
    ) != 0
    assert lacking.any()
    assert city.truth.p_hire(s, v)[lacking].max() < 0.01


def test_truth_is_loaded_as_it_was_saved(city, tmp_path):
    save_truth(city.truth, tmp_path)
    pd.testing.assert_frame_equal(load_truth(tmp_path).seekers, city.truth.seekers)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 80), st.integers(1, 40), st.integers(1, 8), st.sampled_from([0, 3, 12]))
def test_keys_hold_and_intervals_are_ordered(seed, seekers, vacancies, courses, months):
    r = build_city(CitySettings(seed, seekers, vacancies, courses, months, as_of=date(2026, 1, 5))).records
    assert r.vacancies["employer_id"].isin(r.employers["employer_id"]).all()
    for child in (r.seeker_experience, r.seeker_credentials, r.seeker_groups, r.referrals):
        assert child["seeker_id"].isin(r.seekers["seeker_id"]).all()
    assert r.referrals["vacancy_id"].isin(r.vacancies["vacancy_id"]).all()
    assert r.referral_events["referral_id"].isin(r.referrals["referral_id"]).all()
    assert r.course_runs["course_id"].isin(r.courses["course_id"]).all()
    assert (r.vacancies["wage_min_cny_month"] <= r.vacancies["wage_max_cny_month"]).fillna(True).all()
    assert (r.vacancies["published_on"] <= r.vacancies["valid_through"]).all()
    assert (r.seekers["registered_on"] <= r.seekers["valid_through"]).all()
    assert r.employers["name"].str.startswith("（虚构）").all()


def test_posts_of_the_past_came_as_often_as_those_of_today(city):
    ago = (pd.Timestamp(CitySettings().as_of) - city.records.vacancies["published_on"]).dt.days
    by_period = pd.cut(ago, range(0, 541, 45), right=False).value_counts(sort=False)
    assert by_period.iloc[0] > 1000
    assert (abs(by_period / by_period.iloc[0] - 1) < 0.15).all()


def test_nobody_was_referred_to_the_further_posts_of_the_past(city):
    vacancies, seekers = city.records.vacancies, CitySettings().vacancies
    further = vacancies.iloc[seekers + seekers * 5 // 2 :]
    assert len(further) > len(vacancies) / 2
    assert (further["status"] == "closed").all()
    assert (further["valid_through"] < pd.Timestamp(CitySettings().as_of)).all()
    assert not city.records.referrals["vacancy_id"].isin(further["vacancy_id"]).any()
    assert city.truth.vacancies["vacancy_id"].tolist() == vacancies["vacancy_id"].tolist()
