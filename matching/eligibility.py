"""Which pairs the hard rules allow: named rules over a market, one verdict a rule and pair.

A pair is a *candidate* when no rule fails and *eligible* when every rule passes; unknown rules are
questions to ask (docs/decisions/0003). The rules themselves are in `matching.rules`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.market import Market
from data.reference.credentials import mask_of_kind
from matching import rules

Records = npt.NDArray[Any]
Rows = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Rule:
    """A hard rule: its bit, name, statement, the question to ask when it is unknown, and its legal source."""

    bit: int
    name: str
    zh: str
    en: str
    question_zh: str
    question_en: str
    source: str


def _load_rules() -> tuple[Rule, ...]:
    with files("data.reference").joinpath("legal_rules.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype=str)
    return tuple(
        Rule(bit, row.rule, row.zh, row.en, row.question_zh, row.question_en, row.source)  # type: ignore[arg-type]
        for bit, row in enumerate(table.itertuples())
    )


RULES: tuple[Rule, ...] = _load_rules()
"""In bit order, which is the order of `matching.rules.verdicts` and of `data/reference/legal_rules.csv`."""


@dataclass(frozen=True)
class Verdicts:
    """What the rules say of pairs: `failed` and `unknown`, uint16 (n,), bit = rule."""

    failed: npt.NDArray[np.uint16]
    unknown: npt.NDArray[np.uint16]

    @property
    def candidate(self) -> npt.NDArray[np.bool_]:
        """No rule fails."""
        return np.asarray(self.failed == 0)

    @property
    def eligible(self) -> npt.NDArray[np.bool_]:
        """Every rule passes."""
        return np.asarray((self.failed | self.unknown) == 0)


def rules_of(mask: int) -> list[Rule]:
    """The rules whose bits are set."""
    return [rule for rule in RULES if int(mask) >> rule.bit & 1]


def judge(market: Market, seeker_rows: Rows, vacancy_rows: Rows) -> Verdicts:
    """Every rule for the pairs (seeker_rows[i], vacancy_rows[i]), int32 rows of the market's tables."""
    return judge_records(seeker_records(market.seekers), vacancy_records(market.vacancies), seeker_rows, vacancy_rows)


def judge_records(seekers: Records, vacancies: Records, seeker_rows: Rows, vacancy_rows: Rows) -> Verdicts:
    """As `judge`, over records already built."""
    failed, unknown = (np.zeros(len(seeker_rows), dtype=np.uint16) for _ in range(2))
    rules.judge_pairs(
        seekers, vacancies, seeker_rows.astype(np.int32, copy=False), vacancy_rows.astype(np.int32, copy=False),
        failed, unknown,
    )  # fmt: skip
    return Verdicts(failed, unknown)


@dataclass(frozen=True)
class PairShares:
    """Shares of all pairs of a market, 0 to 1, and over how many pairs they were counted."""

    candidate: float
    eligible: float
    pairs: int


def pair_shares(market: Market, *, most_pairs: int = 100_000_000) -> PairShares:
    """Share of pairs that no rule forbids, and that every rule surely allows.

    A market of more than `most_pairs` pairs is counted for every n-th seeker.
    """
    step = max(1, -(-len(market.seekers) * len(market.vacancies) // most_pairs))
    seekers = seeker_records(market.seekers.iloc[::step])
    pairs = len(seekers) * len(market.vacancies)
    if not pairs:
        return PairShares(0.0, 0.0, 0)
    candidates, eligible = rules.count_pairs(seekers, vacancy_records(market.vacancies))
    return PairShares(candidates / pairs, eligible / pairs, pairs)


def seeker_records(seekers: pd.DataFrame) -> Records:
    """Structured array (n,) of `rules.SEEKER_RECORD` from a MARKET_SEEKERS table."""
    records = np.zeros(len(seekers), dtype=rules.SEEKER_RECORD)
    for field, column in {
        "credentials": "credential_mask", "age": "age_years", "experience": "experience_years",
        "wage_min": "wage_min", "commute_limit": "commute_limit_km", "education": "education_level",
        "accepts_night": "accepts_night_work", "accepts_shift": "accepts_shift_work", "needs_board": "needs_board",
        "needs_lodging": "needs_lodging", "will_relocate": "will_relocate", "complete": "credentials_complete",
    }.items():  # fmt: skip
        records[field] = seekers[column].to_numpy()
    return _place(records, seekers)


def vacancy_records(vacancies: pd.DataFrame) -> Records:
    """Structured array (n,) of `rules.VACANCY_RECORD` from a MARKET_VACANCIES table."""
    records = np.zeros(len(vacancies), dtype=rules.VACANCY_RECORD)
    languages = np.uint64(mask_of_kind("language"))
    required = vacancies["credential_mask"].to_numpy("uint64")
    records["credentials"], records["languages"] = required & ~languages, required & languages
    for field, column in {
        "experience_min": "experience_min_years", "wage_min": "wage_min", "wage_max": "wage_max",
        "education_min": "education_min", "minimum_age": "minimum_age_years", "negotiable": "wage_negotiable",
        "night": "night_work", "shift": "shift_work", "board": "board_offered", "lodging": "lodging_offered",
    }.items():  # fmt: skip
        records[field] = vacancies[column].to_numpy()
    return _place(records, vacancies)


def _place(records: Records, table: pd.DataFrame) -> Records:
    longitude, latitude = (np.radians(table[axis].to_numpy("float64")) for axis in ("longitude", "latitude"))
    records["x"] = np.cos(latitude) * np.cos(longitude)
    records["y"] = np.cos(latitude) * np.sin(longitude)
    records["z"] = np.sin(latitude)
    records["radius"] = table["place_radius_km"].to_numpy()
    return records
