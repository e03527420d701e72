"""What is different from the run before, and why: who gained or lost which vacancy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.market import Market

ABSENT, LISTED, REFERRED = 0, 1, 2
REASONS: dict[str, tuple[str, str]] = {
    "new_seeker": ("求职者新登记", "the seeker is new"),
    "left_seeker": ("求职者已退出", "the seeker has left"),
    "new_vacancy": ("岗位新发布", "the vacancy is new"),
    "closed_vacancy": ("岗位已关闭", "the vacancy has closed"),
    "lot": ("抽签试推", "drawn by lot, or gave way to what was drawn"),
    "profile": ("求职者资料已变", "the seeker's profile changed"),
    "vacancy": ("岗位内容已变", "the vacancy changed"),
    "model": ("模型、程序或参数已更换", "another model, release or setting"),
    "calendar": ("日期推移：证书或人群身份到期、生效", "the calendar: a certificate or group ended or began"),
    "price": ("竞争变化：影子价格升降", "competition: the price rose or fell"),
    "others": ("日期推移，或让位、递补其他变化", "the days that passed, or what changed elsewhere"),
}
"""In the order in which they are looked for: the first that holds is the reason."""
_EVERY_NIGHT = ["age_years", "days_open"]
"""Columns that change every night by themselves."""
_ON_SOME_DAY = ["group_mask", "credential_mask"]
"""Columns of seekers that change on the day on which something ends or begins."""
LEAST_PRICE_CHANGE = 1e-6


@dataclass(frozen=True)
class RunLists:
    """A run's lists over its market.

    `seeker`, `vacancy` (int32, rows of the market), `is_referral` and `by_lot` (bool: the draw put it in or out of the
    referrals) have one entry a listed pair; `price` is float64 of shape (vacancies,).
    """

    market: Market
    seeker: npt.NDArray[np.int32]
    vacancy: npt.NDArray[np.int32]
    is_referral: npt.NDArray[np.bool_]
    by_lot: npt.NDArray[np.bool_]
    price: npt.NDArray[np.float64]


def run_changes(before: RunLists, after: RunLists, *, another_model: bool) -> pd.DataFrame:
    """Pairs whose standing differs, sorted by identifiers.

    Parameters
    ----------
    another_model
        Whether code, models or settings differ between the runs.

    Returns
    -------
    seeker_id, vacancy_id; `before` and `after`: `ABSENT`, `LISTED` or `REFERRED` (int8); `reason`, of `REASONS`.
    """
    old_people, new_people = before.market.seekers, after.market.seekers
    dated = _ON_SOME_DAY if before.market.as_of != after.market.as_of else []
    jobs = _held(before.market), _held(after.market)
    seekers = _Rows.of(old_people.drop(columns=dated), new_people.drop(columns=dated), *jobs)
    calendar = _Rows.of(old_people[["seeker_id", *dated]], new_people[["seeker_id", *dated]])
    vacancies = _Rows.of(before.market.vacancies, after.market.vacancies)
    old = _keys(seekers.code_before[before.seeker], vacancies.code_before[before.vacancy])
    new = _keys(seekers.code_after[after.seeker], vacancies.code_after[after.vacancy])
    keys, place = np.unique(np.concatenate([old, new]), return_inverse=True)
    standing = np.zeros((2, len(keys)), dtype=np.int8)
    standing[0, place[: len(old)]] = LISTED + before.is_referral
    standing[1, place[len(old) :]] = LISTED + after.is_referral
    differs = standing[0] != standing[1]
    keys, (was, is_) = keys[differs], standing[:, differs]
    s, v = keys >> 32, keys & 0xFFFFFFFF
    gained = is_ > was
    dearer = vacancies.spread(after.price, "after")[v] - vacancies.spread(before.price, "before")[v]
    holds = {
        "new_seeker": seekers.row_before[s] < 0,
        "left_seeker": seekers.row_after[s] < 0,
        "new_vacancy": vacancies.row_before[v] < 0,
        "closed_vacancy": vacancies.row_after[v] < 0,
        "lot": np.isin(keys, old[before.by_lot]) | np.isin(keys, new[after.by_lot]),
        "profile": seekers.changed[s],
        "vacancy": vacancies.changed[v],
        "model": np.full(len(keys), another_model),
        "calendar": calendar.changed[s],
        "price": np.where(gained, dearer < -LEAST_PRICE_CHANGE, dearer > LEAST_PRICE_CHANGE),
        "others": np.full(len(keys), True),
    }
    reason = np.select([holds[name] for name in REASONS], list(range(len(REASONS))))
    return pd.DataFrame(
        {
            "seeker_id": seekers.names[s],
            "vacancy_id": vacancies.names[v],
            "before": was,
            "after": is_,
            "reason": pd.Categorical.from_codes(reason.tolist(), categories=pd.Index(list(REASONS))),
        }
    )


@dataclass(frozen=True)
class ChangeCounts:
    """Changes since the run `since` (None: there was none to compare with), summed.

    `counts`: reason → how many of each kind (`count_changes`); `seekers`: people with a referral gained or lost;
    `file`: where every change is listed.
    """

    since: str | None
    counts: dict[str, dict[str, int]]
    seekers: int
    file: str | None


NOTHING_TO_COMPARE = ChangeCounts(since=None, counts={}, seekers=0, file=None)


def count_changes(changes: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Reason → referrals gained and lost, pairs newly listed and no longer listed; only reasons that occur."""
    kinds = {
        "referrals_gained": changes["after"] == REFERRED,
        "referrals_lost": changes["before"] == REFERRED,
        "newly_listed": changes["before"] == ABSENT,
        "no_longer_listed": changes["after"] == ABSENT,
    }
    counted = pd.DataFrame(kinds).groupby(changes["reason"], observed=True).sum()
    return {str(reason): {kind: int(row[kind]) for kind in kinds} for reason, row in counted.iterrows()}


@dataclass(frozen=True)
class _Rows:
    """Rows of two tables under one numbering: codes are places in the sorted union of their identifiers."""

    names: npt.NDArray[Any]
    row_before: npt.NDArray[np.int64]  # −1 where it is absent
    row_after: npt.NDArray[np.int64]
    code_before: npt.NDArray[np.int64]
    code_after: npt.NDArray[np.int64]
    changed: npt.NDArray[np.bool_]  # in both, with other contents

    @classmethod
    def of(cls, before: pd.DataFrame, after: pd.DataFrame, *further: npt.NDArray[np.uint64]) -> _Rows:
        key = str(before.columns[0])
        old, new = before[key].to_numpy(object), after[key].to_numpy(object)
        names = np.unique(np.concatenate([old, new]))
        index = pd.Index(names)
        codes = [index.get_indexer(pd.Index(part)) for part in (old, new)]
        rows = np.full((2, len(names)), -1, dtype=np.int64)
        for row, code in zip(rows, codes, strict=True):
            row[code] = np.arange(len(code))
        contents = [_contents(before), _contents(after)]
        if further:
            contents = [found + more for found, more in zip(contents, further, strict=True)]
        both = (rows >= 0).all(axis=0)
        changed = np.zeros(len(names), dtype=bool)
        changed[both] = contents[0][rows[0, both]] != contents[1][rows[1, both]]
        return cls(names, rows[0], rows[1], codes[0], codes[1], changed)

    def spread(self, values: npt.NDArray[np.float64], side: str) -> npt.NDArray[np.float64]:
        """`values` of one table's rows by code; 0 where a row is absent."""
        spread = np.zeros(len(self.names))
        spread[getattr(self, f"code_{side}")] = values
        return spread


def _contents(table: pd.DataFrame) -> npt.NDArray[np.uint64]:
    """A hash of each row, but for what the calendar alone changes."""
    facts = table.drop(columns=_EVERY_NIGHT, errors="ignore")
    return np.asarray(pd.util.hash_pandas_object(facts, index=False), dtype=np.uint64)


def _held(market: Market) -> npt.NDArray[np.uint64]:
    """A hash of each seeker's jobs held, whatever their order."""
    total = np.zeros(len(market.seekers), dtype=np.uint64)
    jobs = market.experience.drop(columns="seeker")
    np.add.at(total, market.experience["seeker"].to_numpy(), pd.util.hash_pandas_object(jobs, index=False).to_numpy())
    return total


def _keys(seeker: npt.NDArray[np.int64], vacancy: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return seeker << 32 | vacancy
