"""The year that follows a city: who arrives, and that the register stays as large as it is."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from data.columns import RECORD_TABLES
from data.errors import ConfigurationError
from data.market import market_from_records
from data.synthetic_city.city import City
from data.synthetic_city.settings import CitySettings
from data.synthetic_city.year import SEEKER_DAYS, VACANCY_DAYS, YearSettings, build_year

SETTINGS = YearSettings(CitySettings(seed=7, seekers=2000, vacancies=500, courses=1))


@pytest.fixture(scope="module")
def year() -> City:
    return build_year(SETTINGS)


def test_same_settings_make_the_same_year(year):
    again = build_year(SETTINGS)
    for table in RECORD_TABLES:
        pd.testing.assert_frame_equal(getattr(year.records, table.name), getattr(again.records, table.name))


def test_months_begin_on_the_same_day():
    settings = YearSettings(CitySettings(as_of=date(2026, 1, 31)), months=3)
    assert settings.month_days == (0, 28, 59)  # the last day of February, then 31 March
    assert settings.days == 89
    assert (SETTINGS.days, len(SETTINGS.month_days)) == (365, 12)
    with pytest.raises(ConfigurationError, match="0 months"):
        YearSettings(CitySettings(), months=0)


def test_on_its_day_the_city_has_its_size(year):
    market = market_from_records(year.records, SETTINGS.city.as_of)
    assert (len(market.seekers), len(market.vacancies)) == (2000, 500)


@pytest.mark.parametrize("month", [3, 6, 11])
def test_the_register_stays_about_as_large(year, month):
    market = market_from_records(year.records, SETTINGS.city.as_of + timedelta(days=SETTINGS.month_days[month]))
    assert len(market.seekers) == pytest.approx(2000, rel=0.12)
    assert len(market.vacancies) == pytest.approx(500, rel=0.12)


def test_windows_of_those_to_come_are_as_long_as_stated(year):
    day = pd.Timestamp(SETTINGS.city.as_of)
    for table, first, (least, most) in (
        (year.records.seekers, "registered_on", SEEKER_DAYS), (year.records.vacancies, "published_on", VACANCY_DAYS),
    ):  # fmt: skip
        coming = table[table[first] > day]
        assert (coming["valid_through"] - coming[first]).dt.days.between(least, most).all()
        assert (coming[first] < day + pd.Timedelta(days=SETTINGS.days)).all()
        assert (coming["status"] == "open").all()


def test_history_knows_nobody_who_is_still_to_come(year):
    day = pd.Timestamp(SETTINGS.city.as_of)
    seekers, vacancies = year.records.seekers, year.records.vacancies
    coming = set(seekers.loc[seekers["registered_on"] > day, "seeker_id"])
    coming |= set(vacancies.loc[vacancies["published_on"] > day, "vacancy_id"])
    assert len(year.records.referrals) > 500
    assert coming.isdisjoint(year.records.referrals["seeker_id"])
    assert coming.isdisjoint(year.records.referrals["vacancy_id"])
    assert (year.records.referral_events["occurred_on"] < day).all()


def test_who_is_to_come_enters_his_groups_as_he_registers(year):
    groups = year.records.seeker_groups.merge(year.records.seekers[["seeker_id", "registered_on"]], on="seeker_id")
    assert (groups["valid_from"] == groups["registered_on"]).all()


def test_identifiers_sort_as_the_truth_lies(year):
    for ids in (year.truth.seekers["seeker_id"], year.truth.vacancies["vacancy_id"]):
        assert np.array_equal(np.sort(ids.to_numpy(str)), ids.to_numpy(str))
