"""Past referrals by desk staff (likeness, distance and habit), and what the truth made of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.synthetic_city.hiring_truth import CityTruth, closeness, facts_of, straight_line_km
from data.synthetic_city.settings import CitySettings
from data.synthetic_city.trade_table import load_trade_table

_POOL = 12
Days = npt.NDArray[Any]


def make_history(
    rng: np.random.Generator, settings: CitySettings, seekers: pd.DataFrame, vacancies: pd.DataFrame, truth: CityTruth
) -> dict[str, pd.DataFrame]:
    """`referrals` and `referral_events`, all strictly before `as_of`, legal in order, hires within headcount."""
    day = np.datetime64(settings.as_of, "D")
    past = np.flatnonzero((vacancies["status"] == "closed").to_numpy(bool))
    m = int(settings.seekers * settings.referrals_per_seeker)
    s = rng.integers(0, len(seekers), m)
    pool = _pool(rng, truth, s, past)
    who = np.repeat(s, _POOL)
    facts_s, facts_v = facts_of(truth.seekers, who), facts_of(truth.vacancies, pool.ravel())
    liking = 3 * closeness(facts_s["trade"], facts_v["trade"]) - np.minimum(straight_line_km(facts_s, facts_v), 60) / 15
    share = np.exp(liking.reshape(m, _POOL))
    share /= share.sum(1, keepdims=True)
    pick = (share.cumsum(1) < rng.random((m, 1))).sum(1).clip(max=_POOL - 1)
    v, propensity = pool[np.arange(m), pick], share[np.arange(m), pick]
    registered = seekers["registered_on"].to_numpy("datetime64[D]")[s]
    published, closes = (vacancies[c].to_numpy("datetime64[D]")[v] for c in ("published_on", "valid_through"))
    until = np.minimum(np.minimum(closes, seekers["valid_through"].to_numpy("datetime64[D]")[s]), day - 1)
    first = np.maximum(registered, published)
    width = (until - first).astype(int)
    when = first + (rng.random(m) * np.maximum(width + 1, 1)).astype(int)
    frame = pd.DataFrame({"s": s, "v": v, "propensity": propensity, "when": when})[width >= 0]
    frame = frame.drop_duplicates(["s", "v"]).sort_values(["when", "s", "v"], ignore_index=True)
    n = len(frame)
    rows_s, rows_v = frame["s"].to_numpy(), frame["v"].to_numpy()
    accepted = rng.random(n) < truth.p_accept(rows_s, rows_v)
    hired = accepted & (rng.random(n) < truth.p_hire(rows_s, rows_v))
    # An open seeker looks for work again: his past job began and ended before as_of.
    free_again = (seekers["status"] == "closed").to_numpy(bool)[rows_s] | (frame["when"] + pd.Timedelta(days=45) < day)
    hired &= free_again.to_numpy(bool)
    place = frame[hired].groupby("v").cumcount().reindex(frame.index, fill_value=0)
    hired &= place.to_numpy() < truth.vacancies["headcount"].to_numpy()[rows_v]
    taken_up = frame["when"].where(hired).groupby(frame["s"]).transform("min")
    keep = (taken_up.isna() | (frame["when"] < taken_up) | hired & (frame["when"] == taken_up)).to_numpy(bool)
    keep &= ~(hired & frame.assign(h=hired).groupby(["s", "h"]).cumcount().gt(0).to_numpy())
    frame, accepted, hired = frame[keep].reset_index(drop=True), accepted[keep], hired[keep]
    ids = np.array([f"R-{i:08d}" for i in range(1, len(frame) + 1)])
    referrals = pd.DataFrame(
        {
            "referral_id": ids,
            "seeker_id": seekers["seeker_id"].to_numpy(str)[frame["s"]],
            "vacancy_id": vacancies["vacancy_id"].to_numpy(str)[frame["v"]],
            "run_id": pd.NA,
            "referred_on": frame["when"],
            "position": 1,
            "propensity": frame["propensity"],
            "source": "synthetic_city",
        }
    )
    is_open = (seekers["status"] == "open").to_numpy(bool)[frame["s"]]
    pay = truth.vacancies["pay"].to_numpy()[frame["v"]]
    return {
        "referrals": referrals,
        "referral_events": _events(rng, ids, frame["when"], accepted, hired, is_open, pay, day),
    }


def _pool(rng: np.random.Generator, truth: CityTruth, s: Days, past: Days) -> Days:
    """Vacancy rows (m, _POOL) that came to mind: two thirds near the wish in the classification, the rest any."""
    order = np.lexsort(load_trade_table().levels[truth.vacancies["trade"].to_numpy()[past]].T[::-1])
    key = truth.vacancies["trade"].to_numpy()[past][order]
    rank = np.argsort(np.lexsort(load_trade_table().levels.T[::-1]))
    spot = np.searchsorted(rank[key], rank[truth.seekers["trade"].to_numpy()[s]])
    reach = max(4, len(past) // 60)
    near = (spot[:, None] + rng.integers(-reach, reach + 1, (len(s), _POOL - 4))) % len(past)
    return np.concatenate([past[order][near], rng.choice(past, (len(s), 4))], axis=1)


def _events(
    rng: np.random.Generator,
    ids: Days,
    when: pd.Series[Any],
    accepted: Days,
    hired: Days,
    is_open: Days,
    pay: Days,
    day: Any,
) -> pd.DataFrame:
    n = len(ids)
    day0 = when.to_numpy("datetime64[D]")
    answer = day0 + rng.integers(0, 8, n)
    interview = answer + rng.integers(1, 10, n)
    decision = interview + rng.integers(0, 10, n)
    start = decision + rng.integers(1, 12, n)
    leaves = hired & (is_open | (rng.random(n) < 0.35))
    left = start + np.where(is_open, rng.integers(3, 60, n), rng.integers(3, 240, n))
    left = np.where(is_open, np.minimum(left, day - 1), left)
    steps = [
        ("referred", np.ones(n, bool), day0),
        ("seeker_accepted", accepted, answer),
        ("seeker_declined", ~accepted, answer),
        ("interviewed", accepted, interview),
        ("hired", hired, decision),
        # Of an open seeker's last referrals nothing is decided yet: had he been hired he would not be open.
        ("rejected", accepted & ~hired & ~(is_open & (day0 + 45 >= day)), decision),
        ("started", hired, start),
        ("left", leaves, left),
    ]
    tier, wage = rng.choice([1, 2, 3, 4], n, p=[0.45, 0.25, 0.2, 0.1]), np.round(pay * rng.uniform(0.95, 1.05, n), -1)
    parts = [
        pd.DataFrame(
            {
                "referral_id": ids[m],
                "event": name,
                "occurred_on": on[m],
                "evidence_tier": pd.Series(tier[m] if name == "started" else pd.NA, index=range(m.sum()), dtype="Int8"),
                "wage_cny_month": pd.Series(
                    wage[m] if name == "started" else pd.NA, index=range(m.sum()), dtype="Float64"
                ),
            }
        )
        for name, chosen, on in steps
        if (m := chosen & (on < day)).any() or name == "referred"
    ]
    return pd.concat(parts).sort_values(["referral_id", "occurred_on"], kind="stable", ignore_index=True)
