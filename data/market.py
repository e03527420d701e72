"""The market on one day: records as they stand on `as_of`, in the compact types that computation reads.

One function makes it from records, whether there is one seeker or a million: a nightly snapshot and a
single request see the same values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import Records
from data.facts.seniority import title_seniority
from data.market_columns import MARKET_COURSES, MARKET_EXPERIENCE, MARKET_SEEKERS, MARKET_VACANCIES
from data.records import RecordStatus, SeekerGroup
from data.reference.credentials import held_mask, required_mask
from data.reference.districts import district_rows, load_districts
from data.reference.occupations import occupation_rows

DAYS_PER_YEAR = 365.2425


@dataclass(frozen=True)
class Market:
    """Tables laid out as `MARKET_SEEKERS`, `MARKET_EXPERIENCE`, `MARKET_VACANCIES`, `MARKET_COURSES`.

    Only seekers and vacancies open on `as_of` are in it. Row numbers are the identifiers that arrays
    (embeddings, candidates, prices) refer to.
    """

    as_of: date
    seekers: pd.DataFrame
    experience: pd.DataFrame
    vacancies: pd.DataFrame
    courses: pd.DataFrame

    @property
    def is_synthetic(self) -> bool:
        """Whether anybody or anything in it was made up: what is shown of it must then say so."""
        return bool(self.seekers["is_synthetic"].any() or self.vacancies["is_synthetic"].any())

    def with_seekers_of(self, other: Market) -> Market:
        """This market's vacancies and courses with the seekers of `other`: one profile against the city."""
        return replace(self, seekers=other.seekers, experience=other.experience)

    def of(self, seekers: npt.NDArray[np.integer], vacancies: npt.NDArray[np.integer] | None = None) -> Market:
        """The market of some of its seekers and vacancies (None: of all), rising row numbers; its courses are kept."""
        owner = self.experience["seeker"].to_numpy()
        first = np.searchsorted(owner, seekers, "left")
        held = np.searchsorted(owner, seekers, "right") - first
        rows = np.repeat(first - np.cumsum(held) + held, held) + np.arange(held.sum())
        experience = self.experience.iloc[rows].reset_index(drop=True)
        experience["seeker"] = np.repeat(np.arange(len(seekers), dtype="int32"), held)
        return replace(
            self,
            seekers=self.seekers.iloc[seekers].reset_index(drop=True),
            experience=experience,
            vacancies=self.vacancies if vacancies is None else self.vacancies.iloc[vacancies].reset_index(drop=True),
        )

    def variants(self, count: int, **columns: Any) -> Market:
        """The only seeker of this market `count` times, with these columns of `seekers` (one value a time)."""
        seekers = self.seekers.iloc[np.zeros(count, dtype=np.int64)].reset_index(drop=True).assign(**columns)
        copies = [self.experience.assign(seeker=np.int32(copy)) for copy in range(count)]
        return replace(self, seekers=MARKET_SEEKERS.check(seekers), experience=pd.concat(copies, ignore_index=True))


def market_from_records(records: Records, as_of: date, *, include_closed: bool = False) -> Market:
    """Freeze `records` as they stand on `as_of` (validity intervals include both ends).

    `include_closed` keeps seekers and vacancies that are no longer, or not yet, open: the history that
    a ranker learns from. Matching never sees such a market.
    """
    seekers, vacancies = records.seekers, records.vacancies
    if not include_closed:
        seekers = _open_on(seekers, "registered_on", as_of)
        vacancies = _open_on(vacancies, "published_on", as_of)
    seekers = seekers.sort_values("seeker_id", ignore_index=True)
    vacancies = vacancies.sort_values("vacancy_id", ignore_index=True)
    return Market(
        as_of=as_of,
        seekers=_seekers(seekers, records, as_of),
        experience=_experience(seekers, records),
        vacancies=_vacancies(vacancies, records, as_of),
        courses=_courses(records, as_of),
    )


def _open_on(table: pd.DataFrame, first_day: str, as_of: date) -> pd.DataFrame:
    day = pd.Timestamp(as_of)
    is_open = (table[first_day] <= day) & (table["valid_through"] >= day)
    return table[is_open & (table["status"] == RecordStatus.OPEN)]


def _seekers(seekers: pd.DataFrame, records: Records, as_of: date) -> pd.DataFrame:
    day = pd.Timestamp(as_of)
    held = records.seeker_credentials
    held = held[(held["expires_on"].isna() | (held["expires_on"] >= day)).to_numpy(bool)]
    groups = records.seeker_groups
    groups = groups[
        ((groups["valid_from"] <= day) & (groups["valid_until"].isna() | (groups["valid_until"] > day))).to_numpy(bool)
    ]
    bit_of_group = {str(group): 1 << bit for bit, group in enumerate(SeekerGroup)}
    group_bits = groups["group_code"].map(bit_of_group).astype("int64")
    return MARKET_SEEKERS.check(
        pd.DataFrame(
            {
                "seeker_id": seekers["seeker_id"],
                "profile_text": seekers["profile_text"],
                "desired_title": seekers["desired_title"].fillna(""),
                "skills": seekers["skills"].fillna(""),
                "age_years": _floats((day - seekers["birth_date"]).dt.days / DAYS_PER_YEAR),
                "education_level": _codes(seekers["education_level"]),
                "experience_years": _floats(seekers["experience_years"]),
                "desired_occupation": _rows(seekers["desired_occupation_code"], occupation_rows()),
                "credential_mask": _masks(seekers["seeker_id"], held, "seeker_id", held_mask),
                "credentials_complete": seekers["credentials_complete"],
                "wage_min": _floats(seekers["wage_min_cny_month"]),
                "accepts_night_work": _codes(seekers["accepts_night_work"]),
                "accepts_shift_work": _codes(seekers["accepts_shift_work"]),
                "needs_board": _codes(seekers["needs_board"]),
                "needs_lodging": _codes(seekers["needs_lodging"]),
                "will_relocate": _codes(seekers["will_relocate"]),
                **_places(seekers),
                "seniority": _seniority(seekers, records),
                "commute_limit_km": _floats(seekers["commute_limit_km"]),
                "group_mask": group_bits.groupby(groups["seeker_id"]).sum().reindex(seekers["seeker_id"], fill_value=0)
                .to_numpy("uint16"),
                "is_synthetic": seekers["is_synthetic"],
            }
        )
    )  # fmt: skip


def _experience(seekers: pd.DataFrame, records: Records) -> pd.DataFrame:
    row_of = pd.Series(np.arange(len(seekers), dtype="int32"), index=seekers["seeker_id"])
    held = records.seeker_experience
    held = held[held["seeker_id"].isin(row_of.index)]
    table = pd.DataFrame(
        {
            "seeker": row_of.reindex(held["seeker_id"]).to_numpy(),
            "title": held["title"],
            "occupation": _rows(held["occupation_code"], occupation_rows()),
            "years": _floats(held["years"]),
        }
    )
    return MARKET_EXPERIENCE.check(table.sort_values("seeker", kind="stable"))


def _vacancies(vacancies: pd.DataFrame, records: Records, as_of: date) -> pd.DataFrame:
    employers = records.employers.set_index("employer_id").reindex(vacancies["employer_id"])
    return MARKET_VACANCIES.check(
        pd.DataFrame(
            {
                "vacancy_id": vacancies["vacancy_id"],
                "title": vacancies["title"],
                "description": vacancies["description"],
                "employer_id": vacancies["employer_id"],
                "employer": employers["name"].to_numpy(),
                "industry": employers["industry"].fillna("").to_numpy(),
                "occupation": _rows(vacancies["occupation_code"], occupation_rows()),
                "headcount": vacancies["headcount"].fillna(1),
                "education_min": _codes(vacancies["education_min"]),
                "experience_min_years": _floats(vacancies["experience_min_years"]),
                "credential_mask": _masks(
                    vacancies["vacancy_id"], records.vacancy_credentials, "vacancy_id", required_mask
                ),
                "wage_min": _floats(vacancies["wage_min_cny_month"]),
                "wage_max": _floats(vacancies["wage_max_cny_month"]),
                "wage_negotiable": vacancies["wage_negotiable"],
                "night_work": _codes(vacancies["night_work"]),
                "shift_work": _codes(vacancies["shift_work"]),
                "board_offered": _codes(vacancies["board_offered"]),
                "lodging_offered": _codes(vacancies["lodging_offered"]),
                **_places(vacancies),
                "seniority": vacancies["title"].map(title_seniority),
                "minimum_age_years": vacancies["minimum_age_years"],
                "veterans_preferred": vacancies["veterans_preferred"],
                "days_open": (pd.Timestamp(as_of) - vacancies["published_on"]).dt.days.clip(lower=0),
                "is_synthetic": vacancies["is_synthetic"],
            }
        )
    )


def _courses(records: Records, as_of: date) -> pd.DataFrame:
    courses = records.courses.sort_values("course_id", ignore_index=True)
    runs = records.course_runs
    coming = runs[runs["starts_on"] > pd.Timestamp(as_of)]
    seats = coming.groupby("course_id")["seats"].sum().reindex(courses["course_id"], fill_value=0)
    leads_to = courses[["course_id", "credential_code"]].dropna()
    return MARKET_COURSES.check(
        pd.DataFrame(
            {
                "course_id": courses["course_id"],
                "title": courses["title"],
                "provider": courses["provider"],
                "description": courses["description"],
                "skills": courses["skills"].fillna(""),
                "occupation": _rows(courses["occupation_code"], occupation_rows()),
                "credential_mask": _masks(courses["course_id"], leads_to, "course_id", held_mask),
                "education_min": _codes(courses["education_min"]),
                "duration_days": courses["duration_days"],
                "fee_cny": courses["fee_cny"],
                "subsidy_cny": courses["subsidy_cny"],
                "seats": seats.to_numpy(),
            }
        )
    )


def _places(table: pd.DataFrame) -> dict[str, object]:
    """District row and coordinates; a place known only by its district is put at the district's centre.

    Its radius is then the district's mean distance from the centre; 0 where coordinates are stated.
    """
    rows = _rows(table["district_code"], district_rows())
    centres = load_districts()
    known = rows >= 0
    stated = table["longitude"].notna().to_numpy(bool)
    radius = np.where(known, centres["radius_km"].to_numpy("float32")[np.maximum(rows, 0)], np.float32(np.nan))
    return {
        "district": rows,
        "place_radius_km": np.where(stated, np.float32(0), radius),
        **{
            axis: np.where(
                table[axis].notna() | ~known,
                table[axis].to_numpy("float32", na_value=np.nan),
                centres[axis].to_numpy("float32")[np.maximum(rows, 0)],
            )
            for axis in ("longitude", "latitude")
        },
    }


def _seniority(seekers: pd.DataFrame, records: Records) -> npt.NDArray[np.int8]:
    """Highest rank among the work wanted and the jobs held, one a seeker."""
    held = records.seeker_experience
    ranks = held["title"].map(title_seniority).astype("int8").groupby(held["seeker_id"]).max()
    wanted = seekers["desired_title"].fillna("").map(title_seniority)
    done = ranks.reindex(seekers["seeker_id"], fill_value=0)
    return np.maximum(wanted.to_numpy("int8"), done.to_numpy("int8"))


def _codes(values: pd.Series[int] | pd.Series[bool]) -> npt.NDArray[np.int8]:
    return np.asarray(values.astype("Int8").fillna(-1), dtype=np.int8)


def _floats(values: pd.Series[float]) -> npt.NDArray[np.float32]:
    return values.to_numpy("float32", na_value=np.nan)


def _rows(codes: pd.Series[str], row_of: dict[str, int]) -> npt.NDArray[np.int16]:
    return np.asarray(codes.map(row_of).astype("Float64").fillna(-1), dtype=np.int16)


def _masks(
    owners: pd.Series[str], held: pd.DataFrame, key: str, mask_of: Callable[[list[str]], int]
) -> npt.NDArray[np.uint64]:
    """One credential mask an owner. Distinct codes are few, so each is turned into its bits once."""
    bits = held["credential_code"].map({code: mask_of([code]) for code in held["credential_code"].unique()})
    masks = np.zeros(len(owners), dtype="uint64")
    row_of = pd.Index(owners).get_indexer(pd.Index(held[key]))
    inside = row_of >= 0
    np.bitwise_or.at(masks, row_of[inside], bits.to_numpy("uint64")[inside])
    return masks
