"""A cohort with everything that is measured of it, and the people behind every figure."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from data.columns import Records
from data.records import EvidenceTier
from evaluation.groups import members_by_group
from evaluation.outcomes.cohort_outcomes import outcomes
from evaluation.outcomes.cohorts import Cohort
from evaluation.outcomes.follow_up import Cause, follow_up
from evaluation.outcomes.match_quality import match_quality
from evaluation.outcomes.waiting_curves import waiting_curves

ANY_EVIDENCE = EvidenceTier.SEEKER_REPORTS


@dataclass(frozen=True)
class MeasuredCohort:
    """What became of a cohort.

    Attributes
    ----------
    outcomes, curves
        `outcome_table.OUTCOMES` and `waiting_curves.CURVES`; curves by any evidence.
    undated_exits, placed_after_exit
        As in `FollowUp`, by any evidence.
    with_other_exits
        Further study and the like are known of some.
    """

    cohort: Cohort
    outcomes: pd.DataFrame
    curves: pd.DataFrame
    undated_exits: int
    placed_after_exit: int
    with_other_exits: bool


def measure_cohort(records: Records, cohort: Cohort) -> MeasuredCohort:
    """Everything measured of `cohort`."""
    follow = follow_up(records, cohort, ANY_EVIDENCE)
    return MeasuredCohort(
        cohort=cohort,
        outcomes=outcomes(records, cohort),
        curves=waiting_curves(cohort, follow),
        undated_exits=follow.undated_exits,
        placed_after_exit=follow.placed_after_exit,
        with_other_exits=len(records.seeker_exits) > 0,
    )


def cohort_rows(records: Records, cohort: Cohort) -> pd.DataFrame:
    """One row a person of the cohort: from these rows every figure of `outcomes` can be counted again.

    A numerator or denominator is the number of rows left after choosing group, district, month and evidence: `placed
    within H days` is `placed_days` ≤ H among `observed_days` ≥ H, and `retained` is `employed_days` > H or not `left`
    among `employed_observed_days` ≥ H. Names people by `seeker_id`: not for publication.
    """
    follow = follow_up(records, cohort, ANY_EVIDENCE)
    people, waits = cohort.people, follow.waits
    quality = match_quality(records, cohort, follow).drop(columns="wage_cny_month")
    work = pd.concat([follow.tenures.reset_index(drop=True), quality], axis=1).set_index("person")
    work = work.drop(columns="seeker_id").rename(
        columns={"days": "employed_days", "observed_days": "employed_observed_days"}
    )
    rows = people[["seeker_id", "entry_on", "month", "district_code"]].assign(
        **members_by_group(people["group_mask"].to_numpy()),
        wait_days=waits["days"],
        ended_by=waits["cause"].map({int(cause): cause.name.lower() for cause in Cause}),
        observed_days=waits["observed_days"],
        placed_days=waits["placed_days"],
    )
    return rows.join(work)
