"""What of the records stands on a given day."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from data.market import market_from_records
from data.records import SeekerGroup
from data.reference.credentials import held_mask, required_mask
from data.reference.districts import district_rows, load_districts
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy


def bit(group: SeekerGroup) -> int:
    return 1 << list(SeekerGroup).index(group)


@pytest.mark.parametrize(
    ("first", "last", "status", "is_in"),
    [
        ("2026-06-01", "2026-06-01", "open", True),  # both ends belong to the interval
        ("2026-06-02", "2026-12-31", "open", False),
        ("2026-01-01", "2026-05-31", "open", False),
        ("2026-01-01", "2026-12-31", "closed", False),
    ],
)
def test_only_what_is_open_on_the_day_is_in_the_market(first: str, last: str, status: str, is_in: bool) -> None:
    changed = {"valid_through": last, "status": status}
    stored = records(
        seekers=[seeker(registered_on=first, **changed)], vacancies=[vacancy(published_on=first, **changed)]
    )
    market = market_from_records(stored, AS_OF)
    history = market_from_records(stored, AS_OF, include_closed=True)
    assert (len(market.seekers), len(market.vacancies)) == (is_in, is_in)
    assert (len(history.seekers), len(history.vacancies)) == (1, 1)


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "is_member"),
    [
        ("2026-06-01", None, True),
        ("2026-06-02", None, False),
        ("2026-01-01", "2026-06-02", True),
        ("2026-01-01", "2026-06-01", False),  # the end is the first day no longer in the group
    ],
)
def test_the_end_of_a_group_is_excluded(valid_from: str, valid_until: str | None, is_member: bool) -> None:
    row = {"seeker_id": "S-1", "group_code": "veteran", "valid_from": valid_from, "valid_until": valid_until}
    market = market_from_records(records(seeker_groups=[row]), AS_OF)
    assert market.seekers["group_mask"][0] == (bit(SeekerGroup.VETERAN) if is_member else 0)


def test_several_groups_of_several_people() -> None:
    rows = [
        {"seeker_id": who, "group_code": group, "valid_from": "2026-01-01", "valid_until": None}
        for who, group in (("S-2", "graduate"), ("S-2", "veteran"), ("S-1", "urban_hardship"))
    ]
    market = market_from_records(
        records(seekers=[seeker(seeker_id=f"S-{n}") for n in (3, 2, 1)], seeker_groups=rows), AS_OF
    )
    assert list(market.seekers["seeker_id"]) == ["S-1", "S-2", "S-3"]
    assert list(market.seekers["group_mask"]) == [
        bit(SeekerGroup.URBAN_HARDSHIP), bit(SeekerGroup.GRADUATE) | bit(SeekerGroup.VETERAN), 0,
    ]  # fmt: skip


@pytest.mark.parametrize(("expires_on", "is_held"), [(None, True), ("2026-06-01", True), ("2026-05-31", False)])
def test_an_expired_credential_is_not_held(expires_on: str | None, is_held: bool) -> None:
    row = {"seeker_id": "S-1", "credential_code": "DL-A1", "obtained_on": None, "expires_on": expires_on}
    mask = market_from_records(records(seeker_credentials=[row]), AS_OF).seekers["credential_mask"][0]
    assert mask == (held_mask(["DL-A1"]) if is_held else 0)


def test_a_higher_licence_satisfies_a_lower_requirement() -> None:
    market = market_from_records(
        records(
            seeker_credentials=[
                {"seeker_id": "S-1", "credential_code": "DL-A1", "obtained_on": None, "expires_on": None}
            ],
            vacancy_credentials=[{"vacancy_id": "V-1", "credential_code": "DL-C1"}],
        ),
        AS_OF,
    )
    required, held = market.vacancies["credential_mask"][0], market.seekers["credential_mask"][0]
    assert required == required_mask(["DL-C1"])
    assert required & ~held == 0


def test_unknown_facts_are_marked_as_unknown() -> None:
    market = market_from_records(
        records(
            seekers=[
                seeker(
                    birth_date=None, education_level=None, experience_years=None, wage_min_cny_month=None,
                    needs_board=None, district_code=None, desired_occupation_code="9-99-99-99",
                )
            ],
            vacancies=[vacancy(headcount=None, education_min=None, night_work=None, wage_max_cny_month=None)],
        ),
        AS_OF,
    )  # fmt: skip
    person, post = market.seekers.iloc[0], market.vacancies.iloc[0]
    assert (person["education_level"], person["needs_board"], person["district"]) == (-1, -1, -1)
    assert person["desired_occupation"] == -1
    assert np.isnan(
        person[["age_years", "experience_years", "wage_min", "longitude", "latitude"]].to_numpy("float64")
    ).all()
    assert (post["headcount"], post["education_min"], post["night_work"]) == (1, -1, -1)
    assert np.isnan(post["wage_max"])


def test_a_place_known_by_its_district_is_at_the_centre_of_it() -> None:
    market = market_from_records(
        records(vacancies=[vacancy(), vacancy(vacancy_id="V-2", longitude=125.5, latitude=43.5)]), AS_OF
    )
    centre = load_districts().iloc[district_rows()["220102"]]
    assert market.vacancies["longitude"][0] == pytest.approx(centre["longitude"], abs=1e-4)
    assert (market.vacancies["longitude"][1], market.vacancies["latitude"][1]) == (125.5, 43.5)


def test_age_is_counted_on_the_day() -> None:
    stored = records(seekers=[seeker(birth_date=pd.Timestamp("2008-06-01"))])
    assert market_from_records(stored, date(2026, 6, 1)).seekers["age_years"][0] == pytest.approx(18, abs=0.01)
    assert market_from_records(stored, date(2026, 5, 1)).seekers["age_years"][0] < 18


def test_experience_points_at_the_row_of_its_seeker() -> None:
    rows = [
        {"seeker_id": who, "title": who, "occupation_code": None, "years": 1} for who in ("S-2", "S-1", "S-2", "S-9")
    ]
    stored = records(seekers=[seeker(seeker_id="S-2"), seeker()], seeker_experience=rows)
    market = market_from_records(stored, AS_OF)
    owners = market.seekers["seeker_id"].to_numpy()[market.experience["seeker"]]
    assert list(owners) == list(market.experience["title"]) == ["S-1", "S-2", "S-2"]


def test_one_seeker_among_many_has_the_same_row_as_alone() -> None:
    people = [seeker(seeker_id=f"S-{n}", experience_years=n, needs_board=n % 2 == 0) for n in range(1, 6)]
    together = market_from_records(records(seekers=people), AS_OF).seekers
    for row, person in enumerate(people):
        alone = market_from_records(records(seekers=[person]), AS_OF).seekers
        pd.testing.assert_frame_equal(alone, together.iloc[[row]].reset_index(drop=True))
