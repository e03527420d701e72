"""Employers, visibly invented, and their posts.

Posts follow the trades' own demand weights, not the advertised industries: the crawl dropped hourly and
daily pay, so manual and service trades, which the desk serves most, would be missing. Districts, ownership
and size follow the advertisements; pay follows each trade's usual pay, near the advertised median in all.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.reference.advertised_distributions import advertised
from data.reference.credentials import load_credentials, required_mask
from data.reference.districts import load_districts
from data.synthetic_city.places import scatter, workplace_shares
from data.synthetic_city.settings import CitySettings
from data.synthetic_city.texts import pick_title, vacancy_texts
from data.synthetic_city.trade_table import load_trade_table

OPEN_DAYS, PAST_FROM_DAYS = 45, 40
"""Posts open on the day were published within so many days before it; past ones, from so many days before it back."""
_FIRST, _SECOND = tuple("宏鑫恒瑞盛嘉德吉春北松长广泰顺"), tuple("达源通业和发远丰祥安诚腾")


def make_vacancies(
    rng: np.random.Generator, settings: CitySettings, past: int
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Record tables of open vacancies followed by `past` closed ones, and the true facts, one row a vacancy."""
    table, n = load_trade_table().table, settings.vacancies + past
    trade, industries = _trades(rng, n), table["industry"].to_numpy(str)
    count = max(1, n // 3)
    firm_industry = industries[_trades(rng, count)]
    firm = _firms(rng, firm_industry, industries[trade])
    size, kind = advertised("size_band"), advertised("employer_type")
    names = [
        f"（虚构）长春{rng.choice(_FIRST)}{rng.choice(_SECOND)}{i.split(chr(92))[0].split('(')[0]}有限公司"
        for i in firm_industry
    ]
    firm_ids = np.array([f"E-{i:06d}" for i in range(1, count + 1)])
    employers = pd.DataFrame(
        {
            "employer_id": firm_ids,
            "name": names,
            "employer_type": rng.choice(
                kind.index.to_numpy(str), count, p=(kind["share"] / kind["share"].sum()).to_numpy(float)
            ),
            "industry": firm_industry,
            "size_band": rng.choice(
                size.index.to_numpy(str), count, p=(size["share"] / size["share"].sum()).to_numpy(float)
            ),
            "credit_code": pd.Series(pd.NA, index=range(count), dtype="string"),
            "is_synthetic": True,
        }
    )
    is_open = np.arange(n) < settings.vacancies
    posts, facts = _posts(rng, settings, trade, firm_ids[firm], is_open, first=1, past_from=PAST_FROM_DAYS)
    return {"employers": employers, **posts}, facts


def make_more_of_the_past(
    rng: np.random.Generator, settings: CitySettings, employers: pd.DataFrame, *, past: int, first: int
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Further closed posts of these employers, as `make_vacancies`, numbered from `first`: with the `past` ones there
    are, as many were published on every day of the past as of those open today.

    Those open today are all that was published in the last `OPEN_DAYS` days: that is what a forecast of demand sees.
    """
    span = _span(settings)
    a_day = settings.vacancies / OPEN_DAYS - past / span
    n = max(0, round(a_day * (span + PAST_FROM_DAYS - OPEN_DAYS)))
    trade, industries = _trades(rng, n), load_trade_table().table["industry"].to_numpy(str)
    firm = _firms(rng, employers["industry"].to_numpy(str), industries[trade])
    who = employers["employer_id"].to_numpy(str)[firm]
    return _posts(rng, settings, trade, who, np.zeros(n, dtype=bool), first=first, past_from=OPEN_DAYS)


def _span(settings: CitySettings) -> int:
    """Days of the past."""
    return max(60, settings.history_months * 30)


def _trades(rng: np.random.Generator, n: int) -> npt.NDArray[np.int64]:
    weight = load_trade_table().table["weight"].to_numpy(float)
    return rng.choice(len(weight), n, p=weight / weight.sum())


def _firms(rng: np.random.Generator, firm_industry: npt.NDArray[Any], wanted: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """An employer for each post: one of its industry where there is one."""
    firm = rng.integers(0, len(firm_industry), len(wanted))
    for industry in np.unique(firm_industry):
        same, rows = np.flatnonzero(firm_industry == industry), np.flatnonzero(wanted == industry)
        firm[rows] = rng.choice(same, len(rows))
    return firm


def _posts(
    rng: np.random.Generator, settings: CitySettings, trade: npt.NDArray[np.int64], employer_id: npt.NDArray[Any],
    is_open: npt.NDArray[np.bool_], *, first: int, past_from: int,
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:  # fmt: skip
    """Posts of these trades and employers, and the true facts."""
    trades, n = load_trade_table(), len(trade)
    table, day = trades.table, np.datetime64(settings.as_of, "D")
    pay = table["pay_cny_month"].to_numpy()[trade] * rng.lognormal(0, 0.18, n)
    low = np.round(pay * rng.uniform(0.8, 0.95, n), -2)
    high = np.round(np.maximum(low, pay * rng.uniform(1.05, 1.4, n)), -2)

    def flag(letter: str, share: float, other: float = 0.04) -> npt.NDArray[Any]:
        return rng.random(n) < np.where(trades.flag(letter)[trade], share, other)

    night, shift = flag("n", 0.5, 0.0), flag("s", 0.6, 0.02)
    board, lodging = flag("b", 0.75, 0.12), flag("l", 0.7)
    need = table["education_min"].to_numpy("int64")[trade]
    education = np.where((need < 4) & (rng.random(n) < 0.25), np.maximum(need, rng.choice([2, 3], n)), need)
    years = np.where(rng.random(n) < 0.35, rng.choice([1.0, 2.0, 3.0, 5.0], n, p=[0.45, 0.3, 0.2, 0.05]), 0.0)
    district = rng.choice(len(load_districts()), n, p=workplace_shares())
    longitude, latitude = scatter(rng, district)
    past = rng.integers(0, OPEN_DAYS, n), rng.integers(past_from, _span(settings) + PAST_FROM_DAYS, n)
    published = day - np.where(is_open, *past)
    through = np.where(is_open, day + rng.integers(5, 60, n), np.minimum(published + rng.integers(20, 60, n), day - 1))
    ids = np.array([f"V-{i:06d}" for i in range(first, first + n)])
    title = pick_title(rng, trade)
    headcount = np.minimum(200, rng.geometric(0.45, n) + (rng.pareto(1.6, n) * (trades.flag("s")[trade])).astype(int))
    minimum_age = np.where(trades.flag("h")[trade] | (night & (rng.random(n) < 0.5)), 18, 16)

    def stated(values: Any, share: float, dtype: str) -> pd.Series[Any]:
        return pd.Series(values, dtype=dtype).mask(pd.Series(rng.random(n) >= share))

    negotiable = rng.random(n) < 0.05
    vacancies = pd.DataFrame(
        {
            "vacancy_id": ids,
            "employer_id": employer_id,
            "title": title,
            "description": vacancy_texts(rng, title, trade, years, board, lodging, night),
            "occupation_code": table["occupation_code"].to_numpy(str)[trade],
            "occupation_confidence": 1.0,
            "headcount": stated(headcount, 0.96, "Int32"),
            "education_min": stated(education, 0.93, "Int8"),
            "experience_min_years": stated(years, 0.92, "Float64"),
            "wage_min_cny_month": pd.Series(low, dtype="Float64").mask(pd.Series(negotiable)),
            "wage_max_cny_month": pd.Series(high, dtype="Float64").mask(pd.Series(negotiable)),
            "wage_negotiable": negotiable,
            "night_work": stated(night, 0.8, "boolean"),
            "shift_work": stated(shift, 0.8, "boolean"),
            "board_offered": stated(board, 0.85, "boolean"),
            "lodging_offered": stated(lodging, 0.85, "boolean"),
            "district_code": load_districts()["code"].to_numpy(str)[district],
            "longitude": longitude,
            "latitude": latitude,
            "minimum_age_years": minimum_age,
            "veterans_preferred": rng.random(n)
            < np.where(
                trades.requires[trade][:, load_credentials()["code"].eq("SECURITY").to_numpy(bool)].any(1), 0.35, 0.04
            ),
            "published_on": published,
            "valid_through": np.maximum(through, published),
            "status": np.where(is_open, "open", "closed"),
            "closed_on": None,
            "source": "synthetic_city",
            "is_synthetic": True,
        }
    )
    who, which = np.nonzero(trades.requires[trade])
    codes = load_credentials()["code"].to_numpy(str)
    per_trade = np.array(
        [required_mask(c for c in text.split("|") if c) for text in table["credentials"]], dtype="uint64"
    )
    facts = pd.DataFrame(
        {
            "vacancy_id": ids,
            "trade": trade,
            "pay": (low + high) / 2,
            "pay_max": high,
            "education": education,
            "years": years,
            "night": night,
            "shift": shift,
            "board": board,
            "lodging": lodging,
            "longitude": longitude,
            "latitude": latitude,
            "minimum_age": minimum_age,
            "credentials": per_trade[trade],
            "headcount": headcount,
            "attractiveness": rng.normal(0, 0.6, n),
            "strictness": rng.normal(0, 0.6, n),
            "taste": rng.uniform(0, 2 * np.pi, n),
        }
    )
    needed = pd.DataFrame({"vacancy_id": ids[who], "credential_code": codes[which]})
    return {"vacancies": vacancies, "vacancy_credentials": needed}, facts
