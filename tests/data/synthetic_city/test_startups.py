"""Start-up support of the demonstration city: synthetic, reproducible, and beside everything else."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.synthetic_city.settings import CitySettings
from data.synthetic_city.startups import SHARE_OF_SEEKERS, StartupCity, make_startups

PEOPLE = [f"S-{n:04d}" for n in range(1000)]


def tables(city: StartupCity) -> list[pd.DataFrame]:
    return [city.courses, city.incubators, city.mentors, city.wishes]


def test_it_is_reproducible_and_called_synthetic() -> None:
    settings = CitySettings(seekers=1000)
    city, again = (make_startups(settings, people) for people in (PEOPLE, PEOPLE[::-1]))
    for one, other in zip(tables(city), tables(again), strict=True):
        pd.testing.assert_frame_equal(one, other)
        assert one["is_synthetic"].all()
    assert not make_startups(CitySettings(seekers=1000, seed=1), PEOPLE).wishes.equals(city.wishes)


def test_it_holds_what_a_newcomer_should_see() -> None:
    city = make_startups(CitySettings(seekers=1000), PEOPLE)
    assert len(city.wishes) == round(len(PEOPLE) * SHARE_OF_SEEKERS)
    assert set(city.wishes["seeker_id"]) <= set(PEOPLE)
    assert (city.incubators["workstations_free"] <= city.incubators["workstations"]).all()
    assert (city.mentors["places_free"] <= city.mentors["places"]).all()
    assert city.mentors["places_free"].sum() > 0
    assert all(city.courses["title"].str.contains(step).any() for step in ("GYB", "SYB", "IYB", "EYB"))
    assert (city.course_runs["starts_on"] > np.datetime64(CitySettings().as_of)).all()


def test_nobody_to_ask() -> None:
    assert len(make_startups(CitySettings(seekers=1000), []).wishes) == 0
