"""What other policies would have achieved, as a table: a line a policy and estimator, or why there is no figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from data.columns import TEXT, Column, Table
from evaluation.off_policy.doubly_robust import doubly_robust
from evaluation.off_policy.inverse_propensity import inverse_propensity, self_normalised
from evaluation.off_policy.logged_pairs import Floats, LoggedPairs
from evaluation.off_policy.policy_value import PolicyValue
from evaluation.off_policy.run_log import RunLog, RunOutcomes, logged_pairs
from evaluation.off_policy.support import SupportLimits, judge_support
from evaluation.off_policy.target_policies import as_published, by_ranker, by_similarity, greedily, predicted_success
from evaluation.refusal import Caution, Refusal

ESTIMATORS = ("ips", "snips", "dr")
"""Inverse propensity, self-normalised, doubly robust."""

POLICY_VALUES = Table(
    "policy_values",
    {
        "policy": Column(TEXT, "which policy is asked about"),
        "policy_zh": Column(TEXT, "its Chinese name"),
        "policy_en": Column(TEXT, "its English name"),
        "estimator": Column(TEXT, "how its value is estimated", codes=frozenset(ESTIMATORS)),
        "value": Column("Float64", "placements within the horizon per list; null: refused", nullable=True),
        "low": Column("Float64", "end of the 95 % interval", nullable=True),
        "high": Column("Float64", "end of the 95 % interval", nullable=True),
        "effective_sample_size": Column("Float64", "equally weighted referrals that would say as much", low=0),
        "expected_effective_size": Column("Float64", "what that could be expected to be; refused below 30", low=0),
        "unsupported_share": Column("Float64", "share of its referrals that the log never tries", low=0, high=1),
        "clipped_share": Column("Float64", "share of weights lowered; null: refused", nullable=True, low=0, high=1),
        "cautions_zh": Column(TEXT, "what to know before reading the value; '；' between"),
        "cautions_en": Column(TEXT, "the same; '; ' between"),
        "refusal_zh": Column(TEXT, "why there is no value", nullable=True),
        "refusal_en": Column(TEXT, "why there is no value", nullable=True),
    },
)


@dataclass(frozen=True)
class Policy:
    """A policy that nights are asked about: `target` gives a probability, 0 to 1, for each candidate of a night."""

    name: str
    zh: str
    en: str
    target: Callable[[RunLog], Floats]


DEFAULT_POLICIES = (
    Policy("published", "实际发布的办法", "what was published", as_published),
    Policy("own_best", "各选最优", "everyone's own best by the ranker", by_ranker),
    Policy("greedy", "贪心分配", "greedy", greedily),
    Policy("similarity", "各选最相似", "everyone's own best by similarity", by_similarity),
)
"""A newer ranker is asked about by `Policy(…, lambda log: best_by(log, scores[log.run_id]))`."""


@dataclass(frozen=True)
class PolicyEvidence:
    """What the log of past nights says of other policies.

    Attributes
    ----------
    horizon_days
        A referral counts where work began within so many days of its night, with proof.
    run_ids, first_night, last_night
        Nights whose horizon has passed, and that had a share by lot and referrals in the ledger; None where none had.
    seekers, lists, referrals
        What they hold in the log: people, lists (one a person and night), referrals.
    recorded_share
        Share of these referrals that the ledger knows; the others count as not placed.
    values
        `POLICY_VALUES`: a line a policy and estimator; empty where `refusal` says why.
    refusal
        Why nothing can be said of any policy; None where something can.
    cautions
        What to know before reading any of the values.
    """

    horizon_days: int
    run_ids: tuple[str, ...]
    first_night: date | None
    last_night: date | None
    seekers: int
    lists: int
    referrals: int
    recorded_share: float | None
    values: pd.DataFrame
    refusal: Refusal | None
    cautions: tuple[Caution, ...]


def policy_values(
    logs: Sequence[RunLog],
    outcomes: Sequence[RunOutcomes],
    policies: Sequence[Policy] = DEFAULT_POLICIES,
    *,
    largest_weight: float | None = None,
    limits: SupportLimits | None = None,
) -> pd.DataFrame:
    """Value of each policy by each estimator over these nights (`POLICY_VALUES`).

    The doubly robust one takes the night's own P(accept) × P(hire) as its model: made before any of the outcomes, so
    no cross-fitting is needed.

    Parameters
    ----------
    outcomes
        One a night.
    largest_weight
        Weights above it are lowered to it; none: no limit.
    """
    predicted = np.concatenate([np.empty(0), *(predicted_success(log) for log in logs)])
    rows = []
    for policy in policies:
        pairs = logged_pairs(logs, outcomes, [policy.target(log) for log in logs])
        support = judge_support(pairs, limits)
        for estimator in ESTIMATORS:
            got = _estimate(estimator, pairs, predicted, largest_weight, limits)
            cautions = got.cautions if isinstance(got, PolicyValue) else support.cautions
            valued = got if isinstance(got, PolicyValue) else None
            refusal = got if isinstance(got, Refusal) else None
            rows.append(
                {
                    "policy": policy.name, "policy_zh": policy.zh, "policy_en": policy.en, "estimator": estimator,
                    "value": valued and valued.value, "low": valued and valued.low, "high": valued and valued.high,
                    "effective_sample_size": support.effective_sample_size,
                    "expected_effective_size": support.expected_effective_size,
                    "unsupported_share": support.unsupported_share,
                    "clipped_share": valued and valued.clipped_share,
                    "cautions_zh": "；".join(caution.zh for caution in cautions),
                    "cautions_en": "; ".join(caution.en for caution in cautions),
                    "refusal_zh": refusal and refusal.zh, "refusal_en": refusal and refusal.en,
                }
            )  # fmt: skip
    return POLICY_VALUES.check(pd.DataFrame(rows, columns=list(POLICY_VALUES.columns)))


def _estimate(
    estimator: str, pairs: LoggedPairs, predicted: Floats, largest_weight: float | None, limits: SupportLimits | None
) -> PolicyValue | Refusal:
    if estimator == "dr":
        return doubly_robust(pairs, predicted, largest_weight=largest_weight, limits=limits)
    estimate = {"ips": inverse_propensity, "snips": self_normalised}[estimator]
    return estimate(pairs, largest_weight=largest_weight, limits=limits)
