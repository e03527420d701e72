"""Who wants to start a business in the demonstration city, and what supports them: all of it synthetic.

Drawn from a generator of its own, so that nothing else of the city changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from data.columns import COURSE_RUNS, COURSES
from data.records import BusinessForm, Standing, StartupStage
from data.reference.districts import load_districts
from data.startup_columns import INCUBATORS, MENTORS, STARTUP_WISHES
from data.synthetic_city.places import scatter, workplace_shares
from data.synthetic_city.settings import CitySettings

SHARE_OF_SEEKERS = 0.02
"""Who want to start: a judgement."""
_SPAWN_KEY = 31
_SOURCE = "synthetic_city"

_TRADES = (
    ("开小吃店", "4-03-02-02"), ("开饭店", "4-03-02-01"), ("开咖啡馆", "4-03-02-08"), ("网店和直播带货", "4-01-06-02"),
    ("开超市", "4-01-02-03"), ("开汽修店", "4-12-01-01"), ("修家电", "4-12-03-01"), ("开美甲店", "4-10-03-03"),
    ("办家政公司", "4-10-01-06"), ("办养老护理站", "4-10-01-05"), ("开花店", "4-09-10-05"), ("养牛养羊", "5-03-02-01"),
    ("快递驿站", "4-02-07-08"), ("做手工艺品", "6-09-03-17"),
)  # fmt: skip
_INCUBATORS: tuple[tuple[str, str, str | None, str | None, str | None, int | None], ...] = (
    ("（虚构）净月大学生创业园", "电商、直播、文创、软件", None, "graduate", "planning|registered", 24),
    ("（虚构）南关返乡创业孵化基地", "农产品加工、餐饮、养殖", "5|6|4-03", "rural_transferred|veteran", None, 36),
    ("（虚构）二道餐饮创业街", "餐饮、小吃、咖啡", "4-03", None, "planning|registered|trading", 36),
    ("（虚构）绿园汽车服务创业园", "汽车维修、汽车用品", "4-12|4-01", None, "registered|trading", 60),
    ("（虚构）朝阳生活服务创业园", "家政、养老、美容美甲", "4-10|4-14", None, None, 36),
    ("（虚构）高新电商产业园", "电子商务、直播带货、快递", "4-01|4-02|4-04", None, "planning|registered|trading", None),
    ("（虚构）农安县创业孵化基地", "综合：商贸、修理、手工艺", None, None, None, 36),
    ("（虚构）退役军人创业孵化基地", "综合", None, "veteran", None, 36),
)
_MENTOR_FIELDS = (
    ("餐饮店选址、成本与食品安全", "4-03"), ("电商运营与直播", "4-01-06"), ("零售与连锁经营", "4-01-02"),
    ("汽车维修店经营", "4-12-01"), ("家政与养老机构运营", "4-10-01"), ("美业门店经营", "4-10-03"),
    ("养殖与农产品销售", "5-03"), ("手工艺与文创", "6-09"), ("财税与融资", None), ("工商登记与劳动用工", None),
)  # fmt: skip
_TAKEN = (None, "idea|planning", "registered|trading")
"""Stages that mentors take."""
_COURSES = (
    ("GYB创业意识培训", 3, 300), ("GYB产生你的企业想法", 3, 300), ("SYB创办你的企业", 10, 1200),
    ("SYB创业培训（农村班）", 10, 1200), ("SYB创业培训（退役军人班）", 10, 1200), ("网络创业培训", 7, 1300),
    ("IYB改善你的企业", 7, 1500), ("EYB扩大你的企业", 7, 2000),
)  # fmt: skip


@dataclass(frozen=True)
class StartupCity:
    """Laid out as the tables of the same names in `data.columns` and `data.startup_columns`."""

    courses: pd.DataFrame
    course_runs: pd.DataFrame
    incubators: pd.DataFrame
    mentors: pd.DataFrame
    wishes: pd.DataFrame


def make_startups(settings: CitySettings, seeker_ids: list[str]) -> StartupCity:
    """Start-up courses, incubators, mentors, and the wishes of some of these (open) seekers; same in, same out."""
    rng = np.random.default_rng(np.random.SeedSequence(settings.seed, spawn_key=(_SPAWN_KEY,)))
    courses, runs = _courses(rng, settings)
    return StartupCity(
        courses, runs, _incubators(rng, settings), _mentors(rng, settings), _wishes(rng, settings, sorted(seeker_ids))
    )


def _courses(rng: np.random.Generator, settings: CitySettings) -> tuple[pd.DataFrame, pd.DataFrame]:
    n, day = len(_COURSES), np.datetime64(settings.as_of, "D")
    ids = [f"C-S{i:04d}" for i in range(1, n + 1)]
    title, days, fee = zip(*_COURSES, strict=True)
    courses = pd.DataFrame(
        {
            "course_id": ids, "provider": "（虚构）长春创业培训中心", "title": title,
            "description": "合成的创业培训课程", "occupation_code": pd.NA, "credential_code": pd.NA, "skills": pd.NA,
            "education_min": 0, "duration_days": days, "fee_cny": fee, "subsidy_cny": fee, "is_synthetic": True,
        }
    )  # fmt: skip
    starts = day + np.tile([7, 40], n) + rng.integers(0, 30, 2 * n)
    place = _places(rng, 2 * n)
    runs = pd.DataFrame(
        {
            "course_run_id": [f"{ids[i // 2]}-{i % 2 + 1}" for i in range(2 * n)],
            "course_id": np.repeat(ids, 2),
            "starts_on": starts,
            "ends_on": starts + np.ceil(np.repeat(days, 2) * 7 / 5).astype(int),
            "seats": rng.integers(20, 41, 2 * n),
            **place,
        }
    )
    return COURSES.check(courses), COURSE_RUNS.check(runs)


def _incubators(rng: np.random.Generator, settings: CitySettings) -> pd.DataFrame:
    n, stations = len(_INCUBATORS), rng.integers(20, 121, len(_INCUBATORS))
    name, sectors, occupations, groups, stages, months = zip(*_INCUBATORS, strict=True)
    return INCUBATORS.check(
        pd.DataFrame(
            {
                "incubator_id": [f"I-{i:04d}" for i in range(1, n + 1)], "name": name, "sectors": sectors,
                "occupations": occupations, "admits_groups": groups, "admits_stages": stages,
                "max_months_registered": pd.array(months, dtype="Int32"),
                "services": "工位、代办登记、财税咨询、融资对接", "workstations": stations,
                "workstations_free": np.floor(stations * rng.uniform(0.05, 0.5, n)).astype(int),
                "available_from": pd.Timestamp(settings.as_of), "rent_cny_month": rng.choice([0, 100, 200, 300], n),
                **_places(rng, n), **_open(settings),
            }
        )
    )  # fmt: skip


def _mentors(rng: np.random.Generator, settings: CitySettings) -> pd.DataFrame:
    n = max(20, round(settings.seekers / 500))
    chosen = rng.integers(0, len(_MENTOR_FIELDS), n)
    years, places = rng.integers(5, 31, n), rng.integers(2, 11, n)
    place = _places(rng, n)
    return MENTORS.check(
        pd.DataFrame(
            {
                "mentor_id": [f"M-{i:04d}" for i in range(1, n + 1)],
                "field": [_MENTOR_FIELDS[c][0] for c in chosen],
                "occupations": [_MENTOR_FIELDS[c][1] for c in chosen],
                "admits_stages": rng.choice(np.array(_TAKEN, dtype=object), n, p=[0.6, 0.2, 0.2]),
                "experience": [
                    f"{_MENTOR_FIELDS[c][0]}，从业{year}年（虚构）" for c, year in zip(chosen, years, strict=True)
                ],
                "experience_years": years,
                "languages": rng.choice(["普通话", "普通话、韩语", "韩语"], n, p=[0.9, 0.07, 0.03]),
                "district_code": place["district_code"], "online": rng.random(n) < 0.4, "places": places,
                "places_free": np.minimum(places, rng.integers(0, 6, n)), **_open(settings),
            }
        )
    )  # fmt: skip


def _wishes(rng: np.random.Generator, settings: CitySettings, seeker_ids: list[str]) -> pd.DataFrame:
    n = max(1, round(len(seeker_ids) * SHARE_OF_SEEKERS)) if seeker_ids else 0
    who = sorted(rng.choice(len(seeker_ids), n, replace=False)) if n else []
    trade = rng.integers(0, len(_TRADES), n)
    stage = rng.choice([*map(str, StartupStage), "?"], n, p=[0.42, 0.3, 0.1, 0.1, 0.08])
    registered = np.isin(stage, [StartupStage.REGISTERED, StartupStage.TRADING])
    day = np.datetime64(settings.as_of, "D") - rng.integers(10, 1200, n)
    known = rng.random((4, n))
    standing = rng.choice(
        np.array([None, *map(str, Standing)], dtype=object), n, p=[0.6, 0.08, 0.06, 0.1, 0.06, 0.02, 0.06, 0.02]
    )
    forms = [str(BusinessForm.SELF_EMPLOYED), str(BusinessForm.SMALL_FIRM), None]
    table: dict[str, Any] = {
        "seeker_id": [seeker_ids[w] for w in who],
        "wants_to_start": known[0] < 0.95,
        "trade": [_TRADES[t][0] for t in trade],
        "occupation_code": [_TRADES[t][1] for t in trade],
        "stage": [None if one == "?" else str(one) for one in stage],
        "form": rng.choice(np.array(forms, dtype=object), n, p=[0.6, 0.2, 0.2]),
        "capital_wanted_cny": np.where(known[1] < 0.6, np.round(rng.uniform(2, 40, n)) * 10_000, np.nan),
        "registered_on": np.where(registered, day, np.datetime64("NaT")),
        "has_licence": pd.array([True if one else None for one in registered], dtype="boolean"),
        "first_business": pd.array([None if k > 0.8 else k < 0.6 for k in known[2]], dtype="boolean"),
        "standings": standing,
        "standings_complete": known[3] < 0.5,
        "recorded_on": pd.Timestamp(settings.as_of),
        "source": _SOURCE,
        "is_synthetic": True,
    }
    return STARTUP_WISHES.check(pd.DataFrame(table))


def _places(rng: np.random.Generator, n: int) -> dict[str, Any]:
    district = rng.choice(len(load_districts()), n, p=workplace_shares())
    longitude, latitude = scatter(rng, district)
    code = load_districts()["code"].to_numpy(str)[district]
    return {"district_code": code, "longitude": longitude, "latitude": latitude}


def _open(settings: CitySettings) -> dict[str, Any]:
    through = pd.Timestamp(settings.as_of) + pd.Timedelta(days=365)
    return {
        "valid_through": through, "status": "open", "closed_on": pd.NaT, "source": _SOURCE, "is_synthetic": True,
    }  # fmt: skip
