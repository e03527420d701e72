"""What would open further work to a person: one change at a time, verified by matching him again as changed.

A change is proposed only where a rule that it concerns is the last that keeps a vacancy closed. What it would open is
then not computed from that rule but read off a new match: vacancies among his candidates as changed that are closed
to him today, that the changed rule now surely passes, and that are no less like him than the middle one of his present
candidates. So a statement holds whatever other rules say, and counts no post that is merely the next nearest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from data.market import Market
from data.reference.credentials import codes_of, held_mask, load_credentials
from data.reference.minimum_wage import minimum_wage_cny_month
from matching.eligibility import RULES, judge
from matching.retrieval import Vectors, retrieve
from models.pair_features import relation

WAGE_STEPS = (0.9, 0.8)
"""Shares of the wage floor that are tried."""
COMMUTE_STEPS_KM = (5, 10, 20)
_BIT = {rule.name: rule.bit for rule in RULES}


@dataclass(frozen=True)
class Counterfactual:
    """A change and what it opens.

    Attributes
    ----------
    code
        `credential:CODE`, or the rule and the new value (`wage:4500`).
    condition_zh, condition_en
        The change as an if-clause.
    opened
        Vacancy rows that are closed today and open as described above once changed, the most similar first.
    wanted
        How many of them are in the minor group of the work wanted; 0 where that is not known.
    opened_in_all
        Vacancies of the whole market that no rule forbids any more, however unlike.
    """

    code: str
    condition_zh: str
    condition_en: str
    opened: tuple[int, ...]
    wanted: int
    opened_in_all: int

    @property
    def zh(self) -> str:
        """The statement."""
        wanted = f"（其中想做的工作{self.wanted}个）" if self.wanted else ""
        return f"{self.condition_zh}，会多出{len(self.opened)}个相近的岗位{wanted}"

    @property
    def en(self) -> str:
        """The statement."""
        wanted = f" ({self.wanted} of them the work wanted)" if self.wanted else ""
        return f"{self.condition_en}, {len(self.opened)} more vacancies as near as his would be open{wanted}"


@dataclass(frozen=True)
class _Change:
    rule: str
    code: str
    zh: str
    en: str
    column: str  # of the seekers' table
    value: float


def counterfactuals(
    market: Market, seeker_vector: Vectors, vacancy_vectors: Vectors, *, candidates: int
) -> list[Counterfactual]:
    """Changes that open something to the only seeker of `market`, those that open most work wanted first.

    Parameters
    ----------
    seeker_vector, vacancy_vectors
        float32 (1, d) and (vacancies, d). Of whom nothing is understood (zeros) nothing can be said.
    candidates
        Retrieved for him as he is, and for each change.
    """
    if not seeker_vector.any():
        return []
    today = judge(market, np.zeros(len(market.vacancies), np.int32), _all_rows(market))
    changes = _worth_trying(market, today.failed)
    if not changes:
        return []
    person = market.seekers.iloc[0]
    columns = sorted({change.column for change in changes})
    values = {name: [c.value if c.column == name else person[name] for c in changes] for name in columns}
    # The last variant is the person as he is.
    changed = market.variants(len(changes) + 1, **{name: [*kept, person[name]] for name, kept in values.items()})
    found_anew = retrieve(changed, np.repeat(seeker_vector, len(changes) + 1, axis=0), vacancy_vectors, k=candidates)
    present = found_anew.similarity[found_anew.seeker == len(changes)]
    least_like = float(np.median(present)) if len(present) else -1.0
    wanted = relation(
        np.full(len(market.vacancies), person["desired_occupation"]), market.vacancies["occupation"].to_numpy()
    )
    found = []
    for row, change in enumerate(changes):
        is_sure = (found_anew.unknown >> _BIT[change.rule] & 1) == 0
        mine = (found_anew.seeker == row) & is_sure & (found_anew.similarity >= least_like)
        opened = found_anew.vacancy[mine & (today.failed[found_anew.vacancy] != 0)]
        if not len(opened):
            continue
        anew = judge(changed, np.full(len(market.vacancies), row, np.int32), _all_rows(market))
        found.append(
            Counterfactual(
                code=change.code,
                condition_zh=change.zh,
                condition_en=change.en,
                opened=tuple(opened.tolist()),
                wanted=int(np.sum(wanted[opened] >= 3)),
                opened_in_all=int(np.sum((today.failed != 0) & anew.candidate)),
            )
        )
    return sorted(_least_steps(found), key=lambda c: (-c.wanted, -len(c.opened), c.code))


def _all_rows(market: Market) -> np.ndarray[Any, np.dtype[np.int32]]:
    return np.arange(len(market.vacancies), dtype=np.int32)


def _worth_trying(market: Market, failed: np.ndarray[Any, np.dtype[np.uint16]]) -> list[_Change]:
    """Changes whose rule is the only one that fails somewhere."""
    person = market.seekers.iloc[0]
    alone = {name for name, bit in _BIT.items() if (failed == 1 << bit).any()}
    changes: list[_Change] = []
    held = int(person["credential_mask"])
    lacking = market.vacancies["credential_mask"].to_numpy(np.uint64) & ~np.uint64(held)
    training = np.uint16((1 << _BIT["credentials"]) | (1 << _BIT["languages"]))
    near = (failed != 0) & (failed & ~training == 0) & (np.bitwise_count(lacking) == 1)
    names = load_credentials().set_index("code")
    for mask in np.unique(lacking[near]):
        code = codes_of(int(mask))[0]
        zh, en = f"取得{names['name_zh'][code]}", f"with: {names['name_en'][code]}"
        new = held | held_mask([code])
        changes.append(_Change("credentials", f"credential:{code}", zh, en, "credential_mask", new))
    if "wage" in alone:
        for share in WAGE_STEPS:
            floor = round(float(person["wage_min"]) * share / 100) * 100
            if floor < minimum_wage_cny_month():
                continue
            zh, en = f"最低月薪降到{floor}元", f"with a wage floor of {floor} CNY/month"
            changes.append(_Change("wage", f"wage:{floor}", zh, en, "wage_min", floor))
    if "commute" in alone and not np.isnan(person["commute_limit_km"]):
        for step in COMMUTE_STEPS_KM:
            km = float(person["commute_limit_km"]) + step
            zh, en = f"能接受{km:g}公里以内的通勤", f"with a commute of up to {km:g} km"
            changes.append(_Change("commute", f"commute:{km:g}", zh, en, "commute_limit_km", km))
        zh, en = "愿意住在工作地", "if living at the work place is fine"
        changes.append(_Change("commute", "will_relocate", zh, en, "will_relocate", 1))
    for rule, column, value, zh, en in (
        ("night_work", "accepts_night_work", 1, "接受夜班", "with night work"),
        ("shift_work", "accepts_shift_work", 1, "接受倒班", "with shift work"),
        ("board", "needs_board", 0, "不要求包吃", "without the need of meals"),
        ("lodging", "needs_lodging", 0, "不要求包住", "without the need of lodging"),
    ):
        if rule in alone:
            changes.append(_Change(rule, column, zh, en, column, value))
    level = int(person["education_level"])
    if "education" in alone and level in _NEXT_LEVEL_ZH:
        zh, en = _NEXT_LEVEL_ZH[level], "with the next level of education"
        changes.append(_Change("education", f"education:{level + 1}", zh, en, "education_level", level + 1))
    return changes


_NEXT_LEVEL_ZH = {2: "取得高中（中专）学历", 3: "取得大专学历", 4: "取得本科学历"}


def _least_steps(found: list[Counterfactual]) -> list[Counterfactual]:
    """Of several steps of one wish (wage, commute), those that open more than the step before."""
    kept: list[Counterfactual] = []
    most: dict[str, int] = {}
    for one in found:
        kind = one.code.split(":")[0]
        stepwise = kind in ("wage", "commute")
        if not stepwise or len(one.opened) > most.get(kind, 0):
            kept.append(one)
        most[kind] = max(most.get(kind, 0), len(one.opened))
    return kept
