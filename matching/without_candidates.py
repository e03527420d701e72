"""Why somebody has no candidate, or a vacancy none: the one rule that stands in the way most often."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from data.market import Market
from matching.eligibility import RULES, Records, judge_records, seeker_records, vacancy_records

SEVERAL = "several"
"""No single rule: whatever is looked at breaks at least two."""
NOBODY = "nobody"
"""There is nothing on the other side."""
MOST_PAIRS = 100_000_000
_BLOCK = 2_000_000


@dataclass(frozen=True)
class WithoutCandidates:
    """Rows without candidates, and of how many each rule (or `SEVERAL`, `NOBODY`) is the reason, most first."""

    rows: int
    reasons: dict[str, int]


def seekers_without_candidates(market: Market, rows: npt.NDArray[np.integer[Any]]) -> WithoutCandidates:
    """Why these seekers have none, judged against the vacancies (every n-th where there are very many)."""
    others = vacancy_records(market.vacancies.iloc[:: _step(len(rows), len(market.vacancies))])
    return _explain(seeker_records(market.seekers.iloc[rows]), others, lonely_seekers=True)


def vacancies_without_candidates(market: Market, rows: npt.NDArray[np.integer[Any]]) -> WithoutCandidates:
    """Why these vacancies have none, judged against the seekers (every n-th where there are very many)."""
    others = seeker_records(market.seekers.iloc[:: _step(len(rows), len(market.seekers))])
    return _explain(vacancy_records(market.vacancies.iloc[rows]), others, lonely_seekers=False)


def _step(rows: int, others: int) -> int:
    return max(1, -(-rows * others // MOST_PAIRS))


def _explain(lonely: Records, others: Records, *, lonely_seekers: bool) -> WithoutCandidates:
    found: Counter[str] = Counter()
    at_a_time = max(1, _BLOCK // max(1, len(others)))
    for start in range(0, len(lonely), at_a_time):
        block = lonely[start : start + at_a_time]
        sides = [np.repeat(np.arange(len(block), dtype=np.int32), len(others)), np.tile(
            np.arange(len(others), dtype=np.int32), len(block)
        )]  # fmt: skip
        records = (block, others)
        if not lonely_seekers:
            sides.reverse()
            records = (others, block)
        failed = judge_records(*records, *sides).failed.reshape(len(block), len(others))
        alone = np.stack([(failed == 1 << rule.bit).sum(axis=1) for rule in RULES], axis=1)
        for counts in alone:
            reason = RULES[int(counts.argmax())].name if counts.any() else SEVERAL if len(others) else NOBODY
            found[reason] += 1
    ordered = sorted(found.items(), key=lambda reason: (-reason[1], reason[0]))
    return WithoutCandidates(len(lonely), dict(ordered))
