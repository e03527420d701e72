"""An experiment rehearsed on today's candidates before it starts: what it would find, and how often it would be right.

Outcomes are simulated from the estimated probabilities (`expected_placements`), so the truth is known: everybody under
the treatment's policy against everybody under the control's. Since people, candidates and capacities are the city's
own, the rehearsal shows what formulas leave out: what leaks between markets, and how they differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import TEXT, Column, Table
from evaluation.experiments.assignment import draw_saturations, strata
from evaluation.experiments.cluster_robust import ClusterEffect
from evaluation.experiments.contrasts import Contrast, contrast_effect, contrasts_of, market_counts, sides_of
from evaluation.match_run.expected_placements import expected_placements
from matching.allocation_policy import ReferralPolicy
from matching.arm_referrals import ArmRule, Arms, refer_by_arm
from matching.candidate_edges import CandidateEdges

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
TRUTH_DRAWS = 200

REHEARSED = Table(
    "rehearsed_effects",
    {
        "contrast": Column(TEXT, "Contrast", codes=frozenset(Contrast)),
        "saturation": Column(TEXT, "share of the markets' people treated, such as 1/2"),
        "truth": Column(
            "float64", "effect if every market had this saturation, less none: difference of shares placed"
        ),
        "mean": Column("float64", "mean estimate over the rehearsals"),
        "spread": Column("float64", "standard deviation of the estimates", low=0),
        "standard_error": Column("float64", "mean of the standard errors", low=0),
        "coverage": Column("float64", "share of 95 % intervals that hold the truth", low=0, high=1),
        "found": Column("float64", "share of rehearsals with p below 5 %", low=0, high=1),
    },
)


@dataclass(frozen=True)
class RehearsedCity:
    """The city that is rehearsed on.

    Attributes
    ----------
    edges
        Candidates; success is p_accept × p_hire.
    p_accept, p_hire
        float (edges,): of both sides.
    headcount, capacity
        int64 (vacancies,): openings, most referrals.
    priority
        float64 (seekers,).
    policy
        The city's limits.
    market
        int64 (seekers,): number of each seeker's market.
    """

    edges: CandidateEdges
    p_accept: npt.NDArray[np.floating]
    p_hire: npt.NDArray[np.floating]
    headcount: Ints
    capacity: Ints
    priority: Floats
    policy: ReferralPolicy
    market: Ints


def rehearse(
    city: RehearsedCity, rules: Sequence[ArmRule], saturations: tuple[Fraction, ...], *, rehearsals: int, seed: int
) -> pd.DataFrame:
    """Rehearse an experiment so often; one row a contrast (`REHEARSED`). Equal input gives equal output.

    Past rates, for strata and adjustment, are those of one period in which everybody is under the control's policy.

    Parameters
    ----------
    rules
        Of the control and the treatment.
    """
    lot = np.random.default_rng(seed)
    people = np.bincount(city.market)
    before = _placed(city, rules, np.zeros(len(city.market), np.int8), lot, draws=1)
    past = np.bincount(city.market, weights=before) / np.maximum(people, 1)
    stratum = strata(people, past, len(saturations))
    truths = _truths(city, rules, saturations, lot)
    kinds = contrasts_of(saturations)
    found: dict[tuple[Contrast, int], list[ClusterEffect]] = {kind: [] for kind in kinds}
    shares = np.array([float(share) for share in saturations])
    for _ in range(rehearsals):
        drawn = draw_saturations(stratum, len(saturations), lot)
        arm = (lot.random(len(city.market)) < shares[drawn][city.market]).astype(np.int8)
        placed = _placed(city, rules, arm, lot, draws=1) > 0
        counts = market_counts(city.market, arm.astype(bool), placed, len(stratum))
        for contrast, s in kinds:
            effect = contrast_effect(
                sides_of(contrast, s, counts, drawn), None if contrast is Contrast.WITHIN else past
            )
            if isinstance(effect, ClusterEffect):
                found[contrast, s].append(effect)
    rows = [
        {"contrast": str(contrast), "saturation": str(saturations[s]), **_row(effects, truths[contrast, s])}
        for (contrast, s), effects in found.items()
        if effects
    ]
    return REHEARSED.check(pd.DataFrame(rows, columns=list(REHEARSED.columns)))


def _row(effects: list[ClusterEffect], truth: float) -> dict[str, float]:
    values = np.array([effect.value for effect in effects])
    return {
        "truth": truth,
        "mean": float(values.mean()),
        "spread": float(values.std()),
        "standard_error": float(np.mean([effect.standard_error for effect in effects])),
        "coverage": float(np.mean([effect.low <= truth <= effect.high for effect in effects])),
        "found": float(np.mean([effect.p_value < 0.05 for effect in effects])),
    }


def _truths(
    city: RehearsedCity, rules: Sequence[ArmRule], saturations: tuple[Fraction, ...], lot: np.random.Generator
) -> dict[tuple[Contrast, int], float]:
    """What each contrast would be if the whole city had the saturation, or none at all."""
    people = len(city.market)
    pure = float(_placed(city, rules, np.zeros(people, np.int8), lot, draws=TRUTH_DRAWS).mean())
    truths = {}
    for contrast, s in contrasts_of(saturations):
        if contrast is not Contrast.TOTAL:
            continue
        arm = (lot.random(people) < float(saturations[s])).astype(np.int8)
        placed = _placed(city, rules, arm, lot, draws=TRUTH_DRAWS)
        truths[Contrast.TOTAL, s] = float(placed.mean()) - pure
        if saturations[s] < 1:
            treated, untreated = (float(placed[arm == a].mean()) for a in (1, 0))
            truths[Contrast.ON_TREATED, s] = treated - pure
            truths[Contrast.ON_UNTREATED, s] = untreated - pure
            truths[Contrast.WITHIN, s] = treated - untreated
    return truths


def _placed(
    city: RehearsedCity, rules: Sequence[ArmRule], arm: Arms, lot: np.random.Generator, *, draws: int
) -> Floats:
    """Share of draws in which each seeker is placed when everybody is referred by his arm, float64 (seekers,)."""
    an_opening = [rule.limits(city.policy).per_opening for rule in rules]
    chosen = refer_by_arm(
        city.edges, arm, rules, headcount=city.headcount,
        capacity=[np.minimum(city.capacity, city.headcount * most) for most in an_opening],
        priority=city.priority, policy=city.policy, seed=int(lot.integers(2**31)),
    ).chosen  # fmt: skip
    return expected_placements(
        city.edges.seekers_of(chosen), city.edges.vacancy[chosen], city.p_accept[chosen], city.p_hire[chosen],
        headcount=city.headcount, capacity=city.capacity, n_seekers=len(city.market),
        seed=int(lot.integers(2**31)), draws=draws,
    ).placed_share  # fmt: skip
