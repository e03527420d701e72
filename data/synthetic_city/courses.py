"""Training courses and their runs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.reference.districts import load_districts
from data.synthetic_city.places import scatter, workplace_shares
from data.synthetic_city.settings import CitySettings
from data.synthetic_city.trade_table import load_trade_table

_PROVIDERS = (
    "（虚构）长春助业职业培训学校",
    "（虚构）春城技工学校",
    "（虚构）北湖职业技能培训中心",
    "（虚构）农安县就业培训中心",
    "（虚构）净月家政培训学校",
)


REPEATED_DAYS = 120
"""Each run to come is held again so many days later: with its two, a course begins about every 60 days."""


def repeated_runs(runs: pd.DataFrame, settings: CitySettings, days: int) -> pd.DataFrame:
    """`runs` (COURSE_RUNS) and those after `as_of` again, every `REPEATED_DAYS`, as far as they begin within `days`."""
    day = pd.Timestamp(settings.as_of)
    coming = runs[runs["starts_on"] > day]
    parts = [runs]
    for number in range(1, -(-days // REPEATED_DAYS) + 1):
        later = pd.Timedelta(days=number * REPEATED_DAYS)
        again = coming.assign(
            course_run_id=coming["course_run_id"] + f"-{number}",
            starts_on=coming["starts_on"] + later,
            ends_on=coming["ends_on"] + later,
        )
        parts.append(again[again["starts_on"] < day + pd.Timedelta(days=days)])
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def make_courses(rng: np.random.Generator, settings: CitySettings) -> dict[str, pd.DataFrame]:
    """Courses, each with one run before and two after `as_of`."""
    table, n = load_trade_table().table, settings.courses
    day = np.datetime64(settings.as_of, "D")
    weight = (table["weight"] * (table["education_min"] < 5) * np.where(table["credentials"] != "", 3, 1)).to_numpy(
        float
    )
    trade = rng.choice(len(table), n, p=weight / weight.sum())
    word, skills = table["desired_words"].to_numpy(str)[trade], table["skills"].to_numpy(str)[trade]
    grade = rng.choice(["初级", "中级", "取证班", "岗前培训"], n)
    duration = rng.integers(5, 46, n)
    fee = np.round(duration * rng.uniform(40, 90, n), -1)
    ids = np.array([f"C-{i:05d}" for i in range(1, n + 1)])
    last = [codes.split("|")[-1] for codes in table["credentials"].to_numpy(str)[trade]]
    courses = pd.DataFrame(
        {
            "course_id": ids,
            "provider": rng.choice(_PROVIDERS, n),
            "title": [f"{w}{g}" for w, g in zip(word, grade, strict=True)],
            "description": [f"学习{s}，理论与实操结合，考核合格发证。" for s in skills],
            "occupation_code": table["occupation_code"].to_numpy(str)[trade],
            "credential_code": pd.Series(last, dtype="string").replace("", pd.NA),
            "skills": skills,
            "education_min": np.where(table["education_min"].to_numpy("int64")[trade] >= 4, 3, 0),
            "duration_days": duration,
            "fee_cny": fee,
            "subsidy_cny": np.round(fee * rng.choice([0, 0.6, 0.8, 1.0], n), 0),
            "is_synthetic": True,
        }
    )
    course = np.repeat(np.arange(n), 3)
    starts = day + np.tile([-90, 7, 60], n) + rng.integers(0, 40, 3 * n)
    district = rng.choice(len(load_districts()), 3 * n, p=workplace_shares())
    longitude, latitude = scatter(rng, district)
    runs = pd.DataFrame(
        {
            "course_run_id": [f"{ids[c]}-{i % 3 + 1}" for i, c in enumerate(course)],
            "course_id": ids[course],
            "starts_on": starts,
            "ends_on": starts + np.ceil(duration[course] * 7 / 5).astype(int),
            "seats": rng.integers(15, 51, 3 * n),
            "district_code": load_districts()["code"].to_numpy(str)[district],
            "longitude": longitude,
            "latitude": latitude,
        }
    )
    return {"courses": courses, "course_runs": runs}
