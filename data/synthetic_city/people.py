"""Seekers: who they are, what they say of themselves, and the facts that their records leave out."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.reference.credentials import held_mask, load_credentials
from data.reference.districts import load_districts
from data.synthetic_city.places import is_rural, scatter, workplace_shares
from data.synthetic_city.settings import CitySettings
from data.synthetic_city.texts import pick_title, profile_texts
from data.synthetic_city.trade_table import load_trade_table

_GROUPS = ("graduate", "rural_transferred", "urban_hardship", "none")
_GROUP_SHARES = (0.18, 0.33, 0.16, 0.33)
_EDUCATION = {0: (4, 5, 6), 1: (1, 2, 3, 4), 2: (2, 3, 4), 3: (2, 3, 4, 5)}
_EDUCATION_P = {0: (0.5, 0.43, 0.07), 1: (0.15, 0.5, 0.28, 0.07), 2: (0.35, 0.5, 0.15), 3: (0.2, 0.35, 0.28, 0.17)}


def make_seekers(
    rng: np.random.Generator, settings: CitySettings, past: int
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Record tables of open seekers followed by `past` closed ones, and the true facts, one row a seeker."""
    trades, n = load_trade_table(), settings.seekers + past
    table, day = trades.table, np.datetime64(settings.as_of, "D")
    ids = np.array([f"S-{i:07d}" for i in range(1, n + 1)])
    group = rng.choice(4, n, p=_GROUP_SHARES)
    level = np.zeros(n, dtype="int64")
    age = np.zeros(n)
    for g, (low, high) in enumerate([(21, 26), (18, 58), (42, 59), (18, 55)]):
        rows = group == g
        level[rows] = rng.choice(_EDUCATION[g], rows.sum(), p=_EDUCATION_P[g])
        age[rows] = rng.uniform(low, high, rows.sum())
    need = table["education_min"].to_numpy("int64")
    weight = table["weight"].to_numpy(float)
    trade = np.zeros(n, dtype="int64")
    for value in range(1, 8):
        fit = weight * (need <= value) * np.where(value >= 4, np.exp(0.9 * need.clip(0, 4) - 2), 1)
        rows = level == value
        trade[rows] = rng.choice(len(table), rows.sum(), p=fit / fit.sum())
    worked = (age - np.array([0, 16, 16, 16, 18, 21, 22, 25, 28])[level + 1]).clip(0)
    years = np.round(worked * rng.beta(2, 2, n) * np.where(group == 0, 0.2, 1), 1)
    same = rng.random(n) < 0.68
    held_trade = np.where(same, trade, rng.choice(len(table), n, p=weight * (need < 4) / (weight * (need < 4)).sum()))
    in_trade = np.round(years * rng.uniform(0.4, 1, n), 1)
    rural = is_rural()
    shares = workplace_shares()
    country = shares * rural / (shares * rural).sum()
    district = np.where(
        group == 1, rng.choice(len(shares), n, p=0.75 * country + 0.25 * shares), rng.choice(len(shares), n, p=shares)
    )
    longitude, latitude = scatter(rng, district)
    floor = table["pay_cny_month"].to_numpy()[trade] * rng.lognormal(-0.22, 0.16, n) * (1 + 0.01 * in_trade.clip(0, 15))
    lodging = rng.random(n) < np.where(rural[district], 0.55, 0.06)
    board = lodging & (rng.random(n) < 0.7)
    relocate = lodging | (rng.random(n) < 0.12)
    night, shift = rng.random(n) < 0.55, rng.random(n) < 0.68
    limit = np.round(rng.gamma(4, 4, n) + 4)
    experienced = same & (in_trade > 0.5)
    licensed = trades.requires[trade] & (
        rng.random((n, trades.requires.shape[1])) < np.where(experienced, 0.85, 0.4)[:, None]
    )
    codes = load_credentials()["code"].to_numpy(str)
    licensed[:, codes == "DL-C1"] |= (rng.random((n, 1)) < 0.28) & (age[:, None] > 19)
    who, which = np.nonzero(licensed)
    valid_years = pd.to_numeric(load_credentials()["valid_years"], errors="coerce").to_numpy(float, na_value=np.nan)[
        which
    ]
    since = rng.integers(20, 365 * 5, len(who))
    since = np.where(
        np.isnan(valid_years),
        since,
        (rng.uniform(0.02, 1.12, len(who)) * np.nan_to_num(valid_years, nan=1) * 365).astype(int) + 1,
    )
    obtained = day - since
    expires = np.where(
        np.isnan(valid_years), np.datetime64("NaT"), obtained + (np.nan_to_num(valid_years) * 365).astype(int)
    )
    current = np.isnat(expires) | (expires >= day)
    valid = np.zeros_like(licensed)
    valid[who[current], which[current]] = True
    complete = rng.random(n) < 0.6
    recorded = complete[who] | (rng.random(len(who)) < 0.8)
    is_open = np.arange(n) < settings.seekers
    span = max(60, settings.history_months * 30)
    registered = day - np.where(is_open, rng.integers(0, span, n), rng.integers(60, span + 60, n))
    until = np.where(is_open, day + rng.integers(10, 180, n), day - rng.integers(1, 40, n))
    title = pick_title(rng, trade)
    past_title = pick_title(rng, held_trade)
    has_past = (in_trade > 0) & (group != 0)

    def asked(values: Any, share: float, dtype: str) -> pd.Series[Any]:
        return pd.Series(values, dtype=dtype).mask(pd.Series(rng.random(n) >= share))

    stated_floor = np.round(floor * rng.lognormal(0, 0.06, n), -2)
    seekers = pd.DataFrame(
        {
            "seeker_id": ids,
            "profile_text": profile_texts(
                rng, title, past_title, in_trade, has_past, stated_floor, board, lodging, night, licensed, group == 0
            ),
            "desired_title": asked(title, 0.88, "string"),
            "desired_occupation_code": asked(table["occupation_code"].to_numpy(str)[trade], 0.8, "string"),
            "birth_date": pd.Series(day - (age * 365.25).astype(int))
            .astype("datetime64[s]")
            .mask(pd.Series(rng.random(n) < 0.04)),
            "education_level": asked(level, 0.93, "Int8"),
            "major": pd.Series(pd.NA, index=range(n), dtype="string"),
            "skills": asked(table["skills"].to_numpy(str)[np.where(has_past, held_trade, trade)], 0.55, "string"),
            "experience_years": asked(years, 0.88, "Float64"),
            "wage_min_cny_month": asked(stated_floor, 0.82, "Float64"),
            "accepts_night_work": asked(night, 0.65, "boolean"),
            "accepts_shift_work": asked(shift, 0.65, "boolean"),
            "needs_board": asked(board, 0.75, "boolean"),
            "needs_lodging": asked(lodging, 0.82, "boolean"),
            "will_relocate": asked(relocate, 0.7, "boolean"),
            "district_code": _district_codes()[district],
            "longitude": longitude,
            "latitude": latitude,
            "commute_limit_km": asked(limit, 0.7, "Float64"),
            "credentials_complete": complete,
            "registered_on": registered,
            "valid_through": np.maximum(until, registered + 1),
            "status": np.where(is_open, "open", "closed"),
            "closed_on": None,
            "source": "synthetic_city",
            "is_synthetic": True,
        }
    )
    veteran = (rng.random(n) < 0.06) & (age > 21)
    zero_family = (group == 2) & (rng.random(n) < 0.15)
    members = [
        (group == 0, "graduate"),
        (group == 1, "rural_transferred"),
        (group == 2, "urban_hardship"),
        (zero_family, "zero_employment_family"),
        (veteran, "veteran"),
    ]
    groups = pd.concat(
        [
            pd.DataFrame({"seeker_id": ids[m], "group_code": c, "valid_from": registered[m], "valid_until": pd.NaT})
            for m, c in members
        ]
    )
    experience = pd.DataFrame(
        {
            "seeker_id": ids,
            "title": past_title,
            "occupation_code": table["occupation_code"].to_numpy(str)[held_trade],
            "years": in_trade,
        }
    )[has_past]
    credentials = pd.DataFrame(
        {"seeker_id": ids[who], "credential_code": codes[which], "obtained_on": obtained, "expires_on": expires}
    )[recorded]
    facts = pd.DataFrame(
        {
            "seeker_id": ids,
            "trade": trade,
            "held_trade": np.where(has_past, held_trade, -1),
            "trade_years": in_trade * has_past,
            "years": years,
            "level": level,
            "age": age,
            "floor": floor,
            "board": board,
            "lodging": lodging,
            "relocate": relocate,
            "night": night,
            "shift": shift,
            "limit": limit,
            "longitude": longitude,
            "latitude": latitude,
            "credentials": _pack(valid),
            "ability": rng.standard_normal(n),
            "aversion": rng.lognormal(0, 0.4, n),
            "taste": rng.uniform(0, 2 * np.pi, n),
        }
    )
    tables = {
        "seekers": seekers,
        "seeker_groups": groups,
        "seeker_experience": experience,
        "seeker_credentials": credentials,
    }
    return tables, facts


def _district_codes() -> npt.NDArray[Any]:
    return load_districts()["code"].to_numpy(str)


def _pack(valid: npt.NDArray[Any]) -> npt.NDArray[Any]:
    masks = np.zeros(len(valid), dtype="uint64")
    for bit, code in enumerate(load_credentials()["code"]):
        masks[valid[:, bit]] |= np.uint64(held_mask([str(code)]))
    return masks
