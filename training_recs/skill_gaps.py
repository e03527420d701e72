"""What stands between a seeker and the vacancies that nearly fit: credentials that a course can give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.market import Market
from data.reference.credentials import codes_of
from matching.eligibility import RULES, judge

_TRAINABLE = np.uint16(sum(1 << rule.bit for rule in RULES if rule.name in ("credentials", "languages")))


@dataclass(frozen=True)
class SkillGap:
    """A credential, and the vacancies (rows of the market) that its lack alone keeps closed."""

    credential_code: str
    vacancies: tuple[int, ...]


def skill_gaps(market: Market, seeker_row: int) -> list[SkillGap]:
    """Credentials that one seeker is known to lack, those that would open most vacancies first.

    A vacancy nearly fits when no rule but credentials and languages fails and exactly one credential is
    missing; what two missing ones would open together is counted for neither. A credential that the person
    was not asked about is no gap but a question.
    """
    vacancies = np.arange(len(market.vacancies), dtype=np.int32)
    verdicts = judge(market, np.full(len(vacancies), seeker_row, dtype=np.int32), vacancies)
    nearly = (verdicts.failed != 0) & ((verdicts.failed & ~_TRAINABLE) == 0)
    held = market.seekers["credential_mask"].to_numpy(np.uint64)[seeker_row]
    missing = market.vacancies["credential_mask"].to_numpy(np.uint64) & ~held
    rows = np.flatnonzero(nearly & (np.bitwise_count(missing) == 1))
    gaps = [
        SkillGap(codes_of(int(mask))[0], tuple(int(row) for row in rows[missing[rows] == mask]))
        for mask in np.unique(missing[rows])
    ]
    return sorted(gaps, key=lambda gap: (-len(gap.vacancies), gap.credential_code))
