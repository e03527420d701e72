"""What one match run did and what it is expected to achieve, beside the policies used instead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.market import Market
from data.reference.districts import load_districts
from data.reference.occupations import load_occupations
from evaluation.experiments.experiment_night import ExperimentNight
from evaluation.fairness.run_fairness import RunFairness
from evaluation.groups import EVERYONE, SMALLEST_CELL, members_by_group
from evaluation.match_run.expected_placements import ReferralOutcome
from evaluation.match_run.run_changes import ChangeCounts
from evaluation.match_run.run_training import RunTraining
from matching.eligibility import RULES
from matching.without_candidates import NOBODY, SEVERAL, WithoutCandidates


@dataclass(frozen=True)
class PolicyResult:
    """Expected placements of one policy. `by_group`: group → expected placements."""

    policy: str
    name_zh: str
    name_en: str
    referrals: int
    placements: float
    standard_error: float
    beyond_capacity: float
    exposure_gini: float
    exposure_entropy: float
    by_group: dict[str, float]


@dataclass(frozen=True)
class Shortage:
    """Vacancies of one occupation in one district where a further referral is worth most."""

    occupation: str
    district: str
    vacancies: int
    openings: int
    mean_price: float


@dataclass(frozen=True)
class StageCost:
    """Time and peak memory of one stage."""

    name: str
    seconds: float
    peak_mib: float


@dataclass(frozen=True)
class ReferralsByLot:
    """What chance in the night did: `share` of a list's places, `referrals` that it put in, and what they cost.

    `cost` is the expected placements that the lists lost by the draw, simulated on the same luck, with its standard
    error. What the room left for the draw costs is not in it.
    """

    share: float
    referrals: int
    cost: float
    standard_error: float


@dataclass(frozen=True)
class RunSummary:
    """Everything that the printed summary and the report show. Shares are 0 to 1.

    `candidate_share`: pairs that break no hard rule; `eligible_share`: pairs that surely meet every one.
    `vacancies_unseen`: vacancies with candidates that receive no referral because the limits on others forbid it.
    `priority`: group → how much a placement of its members counts in the allocation; others count 1. `certificate`:
    objective ÷ the bound on every allocation that its prices prove. `experiment`: what the night obeyed, if anything;
    the referrals of `allocation` among `policies`, and the certificate, are then those of its arms together.
    `training`: None in a city without courses.
    """

    run_id: str
    as_of: str
    is_synthetic: bool
    seekers: int
    vacancies: int
    openings: int
    courses: int
    groups: dict[str, int]
    candidate_share: float
    eligible_share: float
    seekers_referred: int
    vacancies_referred_to: int
    seekers_without_candidates: WithoutCandidates
    vacancies_without_candidates: WithoutCandidates
    vacancies_unseen: int
    referrals_per_seeker: int
    referrals_per_opening: int
    priority: dict[str, float]
    certificate: float
    by_lot: ReferralsByLot
    ranker: dict[str, str]
    policies: tuple[PolicyResult, ...]
    shortages: tuple[Shortage, ...]
    stages: tuple[StageCost, ...]
    changes: ChangeCounts
    fairness: RunFairness
    experiment: ExperimentNight | None = None
    training: RunTraining | None = None


def group_sizes(market: Market) -> dict[str, int]:
    """Seekers of each group, everyone first; groups too small to report are left out."""
    members = members_by_group(market.seekers["group_mask"].to_numpy())
    sizes = {group: int(inside.sum()) for group, inside in members.items()}
    return {group: size for group, size in sizes.items() if group == EVERYONE or size >= SMALLEST_CELL}


def policy_result(policy: str, name_zh: str, name_en: str, outcome: ReferralOutcome, market: Market) -> PolicyResult:
    """A policy's outcome with its expected placements by group."""
    members = members_by_group(market.seekers["group_mask"].to_numpy())
    by_group = {
        group: float(outcome.placed_share[members[group]].sum()) for group in group_sizes(market) if group != EVERYONE
    }
    return PolicyResult(
        policy=policy,
        name_zh=name_zh,
        name_en=name_en,
        referrals=outcome.referrals,
        placements=outcome.placements,
        standard_error=outcome.standard_error,
        beyond_capacity=outcome.beyond_capacity,
        exposure_gini=outcome.exposure_gini,
        exposure_entropy=outcome.exposure_entropy,
        by_group={EVERYONE: outcome.placements, **by_group},
    )


def referrals_by_lot(share: float, drawn: int, before: ReferralOutcome, after: ReferralOutcome) -> ReferralsByLot:
    """What `drawn` referrals cost: outcomes of the lists before and after the draw, of one seed."""
    lost = before.by_draw - after.by_draw
    error = float(lost.std(ddof=1) / np.sqrt(len(lost))) if len(lost) > 1 else float("nan")
    return ReferralsByLot(share, drawn, float(lost.mean()), error)


def shortages(market: Market, price: npt.NDArray[np.float64], *, most: int = 10) -> tuple[Shortage, ...]:
    """Occupations × districts by their mean price, weighted by openings; only those priced above zero."""
    table = market.vacancies[["occupation", "district", "headcount"]].assign(price=price)
    table = table[table["occupation"] >= 0].assign(worth=table["price"] * table["headcount"])
    cells = table.groupby(["occupation", "district"]).agg(
        vacancies=("price", "size"), openings=("headcount", "sum"), worth=("worth", "sum")
    )
    cells = cells.assign(mean_price=cells["worth"] / cells["openings"])
    cells = cells[cells["mean_price"] > 0].sort_values(["mean_price", "openings"], ascending=False, kind="stable")
    occupations = load_occupations()["name"].tolist()
    districts = [*load_districts()["name_zh"].tolist(), "未知"]
    top = cells.head(most).reset_index()
    return tuple(
        Shortage(occupations[occupation], districts[district], int(count), int(openings), float(price_))
        for occupation, district, count, openings, price_ in zip(
            top["occupation"], top["district"], top["vacancies"], top["openings"], top["mean_price"], strict=True
        )
    )


def reason_names(reason: str) -> tuple[str, str]:
    """Chinese and English of why there is no candidate: the condition that is not met."""
    others = {
        SEVERAL: ("多项条件同时不符", "several conditions at once"),
        NOBODY: ("另一方为空", "nobody to match with"),
    }
    if reason in others:
        return others[reason]
    rule = next(rule for rule in RULES if rule.name == reason)
    return f"不满足：{rule.zh}", f"not met: {rule.en}"


def summary_table(summary: RunSummary) -> pd.DataFrame:
    """Expected placements: a row a group, a column a policy."""
    return pd.DataFrame(
        {result.policy: [result.by_group[group] for group in summary.groups] for result in summary.policies},
        index=list(summary.groups),
    )
