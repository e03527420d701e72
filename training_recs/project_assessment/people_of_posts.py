"""Who fits a project's posts today, who nearly does, and what keeps people of the trade out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.market import Market
from data.reference.training_policy import TrainingPolicy
from matching.eligibility import RULES, judge_records, rules_of, seeker_records, vacancy_records
from training_recs.course_effects import minor_groups
from training_recs.project_assessment.assessment_tables import BARRIERS
from training_recs.project_assessment.planned_market import PlannedMarket

SEVERAL = "several"
_BIT = {rule.name: rule.bit for rule in RULES}
CREDENTIALS = np.uint16((1 << _BIT["credentials"]) | (1 << _BIT["languages"]))
EXPERIENCE = np.uint16(1 << _BIT["experience"])


@dataclass(frozen=True)
class NearlyFitting:
    """People kept out of one post by nothing but what training can change; row for row, most similar first.

    `seeker` int32 rows; `missing` uint64 masks of the credentials and languages lacking; `short` bool: experience is.
    """

    seeker: npt.NDArray[np.int32]
    missing: npt.NDArray[np.uint64]
    short: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class PeopleOfPosts:
    """Of each post: `fitting` and `of_the_trade`, int64 of shape (posts,); `nearly`; a BARRIERS table."""

    fitting: npt.NDArray[np.int64]
    of_the_trade: npt.NDArray[np.int64]
    nearly: tuple[NearlyFitting, ...]
    barriers: pd.DataFrame


def people_of_posts(planned: PlannedMarket, policy: TrainingPolicy) -> PeopleOfPosts:
    """Every seeker judged against every post."""
    seekers = seeker_records(planned.market.seekers)
    posts = vacancy_records(planned.posts)
    everybody = np.arange(len(seekers), dtype=np.int32)
    group = np.append(minor_groups(), -1)
    of_post = group[planned.posts["occupation"].to_numpy()]
    trades = _Trades(planned.market, group)
    fitting, of_trade, nearly, barriers = [], [], [], []
    for post in range(len(posts)):
        failed = judge_records(seekers, posts, everybody, np.full(len(seekers), post, np.int32)).failed
        mine = trades.members(int(of_post[post]))
        fitting.append(int((failed == 0).sum()))
        of_trade.append(len(mine))
        barriers += _barriers(post, failed[mine], seekers["wage_min"][mine])
        nearly.append(_nearly(planned, post, failed, seekers, posts[post], policy, in_group=of_post[post] >= 0))
    table = pd.DataFrame(barriers, columns=list(BARRIERS.columns))
    return PeopleOfPosts(
        np.array(fitting, dtype=np.int64), np.array(of_trade, dtype=np.int64), tuple(nearly), BARRIERS.check(table)
    )


class _Trades:
    """Who wants, or did, work of a minor group."""

    def __init__(self, market: Market, group: npt.NDArray[np.int64]) -> None:
        wanted = group[market.seekers["desired_occupation"].to_numpy()]
        done = group[market.experience["occupation"].to_numpy()]
        seeker = np.concatenate([np.arange(len(wanted)), market.experience["seeker"].to_numpy()])
        groups = np.concatenate([wanted, done])
        order = np.lexsort((seeker, groups))
        self._seeker, self._group = seeker[order], groups[order]

    def members(self, group: int) -> npt.NDArray[np.int64]:
        """Rows of the seekers, ascending; nobody for an unknown occupation."""
        if group < 0:
            return np.empty(0, dtype=np.int64)
        first, end = np.searchsorted(self._group, [group, group + 1])
        return np.unique(self._seeker[first:end])


def _barriers(
    post: int, failed: npt.NDArray[np.uint16], floor: npt.NDArray[np.float32]
) -> list[tuple[int, str, int, float]]:
    """Of people of the trade the rule that alone keeps each out."""
    found = []
    for mask in np.unique(failed[failed != 0]):
        rules = rules_of(int(mask))
        if len(rules) == 1:
            who = failed == mask
            middle = float(np.nanmedian(floor[who])) if rules[0].name == "wage" else np.nan
            found.append((post, rules[0].name, int(who.sum()), middle))
    several = int((failed != 0).sum()) - sum(row[2] for row in found)
    if several:
        found.append((post, SEVERAL, several, np.nan))
    return sorted(found, key=lambda row: (-row[2], row[1]))


def _nearly(
    planned: PlannedMarket, post: int, failed: npt.NDArray[np.uint16], seekers: npt.NDArray[Any], record: Any,
    policy: TrainingPolicy, *, in_group: bool,
) -> NearlyFitting:  # fmt: skip
    """As in `training_recs.skill_gaps`: no rule fails but those on credentials and experience that courses mend."""
    within = seekers["experience"] + np.float32(policy.replaced_experience_years) >= record["experience_min"]
    short = failed & EXPERIENCE != 0
    rows = np.flatnonzero((failed != 0) & (failed & ~(CREDENTIALS | EXPERIENCE) == 0) & (~short | within & in_group))
    similarity = planned.seeker_vectors[rows] @ planned.vacancy_vectors[planned.first_post + post]
    rows = rows[np.lexsort((rows, -similarity))]
    required = np.uint64(record["credentials"] | record["languages"])
    missing = np.where(failed[rows] & CREDENTIALS != 0, required & ~seekers["credentials"][rows], np.uint64(0))
    return NearlyFitting(rows.astype(np.int32), missing.astype(np.uint64), short[rows])
