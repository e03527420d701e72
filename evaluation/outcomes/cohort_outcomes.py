"""What became of a cohort, from the ledger: placement, wait, retention, wage and fit, by group × district × month.

A figure within a horizon is given twice: the share among those observed so long, and the estimate from everyone
with censoring. Without censoring they agree; where they differ, the cohort changed during the months, or exits
compete. Absence of a departure in the ledger counts as retention: that is an upper bound where departures are
reported late or not at all.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import Records
from data.records import EvidenceTier
from evaluation.groups import SMALLEST_CELL
from evaluation.intervals import median_interval
from evaluation.outcomes.cells import Ints, cells_of
from evaluation.outcomes.cohorts import Cohort
from evaluation.outcomes.follow_up import Cause, FollowUp, follow_up
from evaluation.outcomes.match_quality import match_quality
from evaluation.outcomes.outcome_measures import Measure, Method
from evaluation.outcomes.outcome_table import FEWEST_EVENTS, Figure, NoNumber, OutcomeRows
from evaluation.outcomes.placements import PROVED
from evaluation.outcomes.survival import cumulative_incidence, days_until, incidence_at

HORIZONS_DAYS = (30, 90, 180)
SAME_MINOR_GROUP = 3
WELL_ABOVE = 2
_CAUSES = len(Cause) - 1
Floats = npt.NDArray[np.float64]


def outcomes(
    records: Records,
    cohort: Cohort,
    *,
    horizons_days: tuple[int, ...] = HORIZONS_DAYS,
    proofs: tuple[EvidenceTier, ...] = (PROVED, EvidenceTier.SEEKER_REPORTS),
    threshold: int = SMALLEST_CELL,
) -> pd.DataFrame:
    """Every measure of `cohort` as a table (`OUTCOMES`).

    Parameters
    ----------
    horizons_days
        Ascending.
    proofs
        Standards of evidence, each reported apart: the weakest tier that counts.
    threshold
        Cells of fewer people are withheld, and what would reveal them.
    """
    rows = OutcomeRows(cells_of(cohort.people), threshold=threshold)
    followed = {proof: follow_up(records, cohort, proof) for proof in {*proofs, EvidenceTier.SEEKER_REPORTS}}
    for proof in sorted(proofs, reverse=True):
        follow = followed[proof]
        _waits(rows, follow, horizons_days, threshold, with_other_exits=len(records.seeker_exits) > 0)
        _retention(rows, follow, horizons_days, threshold, people=len(cohort.people))
        _fit(rows, records, cohort, follow)
    _evidence(rows, followed[EvidenceTier.SEEKER_REPORTS], people=len(cohort.people))
    return rows.table()


def _waits(
    rows: OutcomeRows, follow: FollowUp, horizons: tuple[int, ...], threshold: int, *, with_other_exits: bool
) -> None:
    waits, proof = follow.waits, follow.proof
    days, cause = waits["days"].to_numpy(), waits["cause"].to_numpy()
    observed = waits["observed_days"].to_numpy()
    placed_days = waits["placed_days"].to_numpy("float64", na_value=np.inf)
    everyone = np.ones(len(waits), dtype=bool)
    wider: tuple[npt.NDArray[np.bool_], ...] = (everyone,)
    competing = {Measure.PLACED: Cause.PLACED, Measure.LEFT_REGISTER: Cause.LEFT_REGISTER}
    if with_other_exits:
        competing |= {Measure.FURTHER_STUDY: Cause.FURTHER_STUDY, Measure.OTHER_EXIT: Cause.OTHER}
    for horizon in horizons:
        long_enough = observed >= horizon
        rows.add_share(
            Measure.PLACED, placed_days <= horizon, long_enough, proof=proof, horizon_days=horizon, wider=wider
        )
        wider = (*wider, long_enough)
        for measure, which in competing.items():
            rows.add_figure(
                measure, Method.AALEN_JOHANSEN, everyone, proof=proof, horizon_days=horizon,
                figure=_by(days, cause, observed, horizon, threshold, which=which),
            )  # fmt: skip
        rows.add_figure(
            Measure.PLACED, Method.KAPLAN_MEIER, everyone, proof=proof, horizon_days=horizon,
            figure=_by(days, np.where(cause == Cause.PLACED, 1, 0), observed, horizon, threshold),
        )  # fmt: skip
    for measure, share in ((Measure.DAYS_TO_QUARTER_PLACED, 0.25), (Measure.DAYS_TO_HALF_PLACED, 0.5)):
        for method, of in (
            (Method.AALEN_JOHANSEN, cause),
            (Method.KAPLAN_MEIER, np.where(cause == Cause.PLACED, 1, 0)),
        ):
            rows.add_figure(measure, method, everyone, proof=proof, figure=_until(days, of, observed, share, threshold))


def _retention(rows: OutcomeRows, follow: FollowUp, horizons: tuple[int, ...], threshold: int, *, people: int) -> None:
    tenures = follow.tenures
    who = tenures["person"].to_numpy()
    placed = np.zeros(people, dtype=bool)
    placed[who] = True
    days, left, observed = (np.zeros(people, dtype=np.int64) for _ in range(3))
    days[who], left[who], observed[who] = tenures["days"], tenures["left"], tenures["observed_days"]
    wider: tuple[npt.NDArray[np.bool_], ...] = (placed,)
    for horizon in horizons:
        long_enough = placed & (observed >= horizon)
        stayed = ~((left == 1) & (days <= horizon))
        rows.add_share(Measure.RETAINED, stayed, long_enough, proof=follow.proof, horizon_days=horizon, wider=wider)
        wider = (*wider, long_enough)
        rows.add_figure(
            Measure.RETAINED, Method.KAPLAN_MEIER, placed, proof=follow.proof, horizon_days=horizon,
            figure=_stayed(_by(days, left, observed, horizon, threshold)),
        )  # fmt: skip


def _fit(rows: OutcomeRows, records: Records, cohort: Cohort, follow: FollowUp) -> None:
    quality, who = match_quality(records, cohort, follow), follow.tenures["person"].to_numpy()

    def known(column: str) -> Floats:
        values = np.full(len(cohort.people), np.nan)
        values[who] = quality[column]
        return values

    for measure, column, step in (
        (Measure.WAGE_AT_START, "wage_cny_month", 50.0),
        (Measure.WAGE_OVER_WANTED, "wage_over_wanted", 0.01),
        (Measure.WAGE_OVER_PREVIOUS, "wage_over_previous", 0.01),
    ):
        values = known(column)
        rows.add_figure(measure, Method.MEDIAN, ~np.isnan(values), proof=follow.proof, figure=_median(values, step))
    for measure, column, least in (
        (Measure.WAGE_MEETS_WANTED, "wage_over_wanted", 0.0),
        (Measure.SAME_LINE_AS_WANTED, "wanted_relation", SAME_MINOR_GROUP),
        (Measure.SAME_LINE_AS_BEFORE, "previous_relation", SAME_MINOR_GROUP),
        (Measure.EDUCATION_WELL_ABOVE, "education_surplus", WELL_ABOVE),
    ):
        values = known(column)
        rows.add_share(measure, values >= least, ~np.isnan(values), proof=follow.proof)


def _evidence(rows: OutcomeRows, follow: FollowUp, *, people: int) -> None:
    tier = np.zeros(people, dtype=np.int64)
    tier[follow.tenures["person"]] = follow.tenures["evidence_tier"]
    for proof in EvidenceTier:
        if proof < EvidenceTier.SEEKER_REPORTS:
            rows.add_share(Measure.EVIDENCED, tier <= proof, tier > 0, proof=proof)


def _by(
    days: Ints, cause: Ints, observed: Ints, horizon: int, threshold: int, *, which: int = 1
) -> Callable[[Ints], Figure]:
    """Incidence of cause `which` by `horizon` among chosen people."""

    def figure(chosen: Ints) -> Figure:
        events = int(((cause[chosen] == which) & (days[chosen] <= horizon)).sum())
        if (observed[chosen] >= horizon).sum() < threshold:
            return _none(events, NoNumber.NOT_OBSERVED)
        if events < FEWEST_EVENTS:
            return _none(events, NoNumber.TOO_FEW_EVENTS)
        curve = cumulative_incidence(days[chosen], cause[chosen], causes=_CAUSES)
        found = incidence_at(curve, horizon, cause=which)
        return found.value, found.low, found.high, events, NoNumber.SHOWN

    return figure


def _until(days: Ints, cause: Ints, observed: Ints, share: float, threshold: int) -> Callable[[Ints], Figure]:
    """Days until `share` of the chosen people are placed."""

    def figure(chosen: Ints) -> Figure:
        events = int((cause[chosen] == Cause.PLACED).sum())
        if events < FEWEST_EVENTS:
            return _none(events, NoNumber.TOO_FEW_EVENTS)
        found = days_until(cumulative_incidence(days[chosen], cause[chosen], causes=_CAUSES), share)
        if np.isnan(found.value):
            return _none(events, NoNumber.NOT_REACHED)
        if (observed[chosen] >= found.value).sum() < threshold:
            return _none(events, NoNumber.NOT_OBSERVED)
        return found.value, found.low, found.high, events, NoNumber.SHOWN

    return figure


def _none(events: int, reason: NoNumber) -> Figure:
    return np.nan, np.nan, np.nan, events, reason


def _stayed(leaving: Callable[[Ints], Figure]) -> Callable[[Ints], Figure]:
    """The share that stayed, from the share that left; the numerator is who is not known to have left."""

    def figure(chosen: Ints) -> Figure:
        value, low, high, left, reason = leaving(chosen)
        return 1 - value, 1 - high, 1 - low, len(chosen) - (left or 0), reason

    return figure


def _median(values: Floats, step: float) -> Callable[[Ints], Figure]:
    """Median and ends in whole steps, the ends outward: they are values of single people."""

    def figure(chosen: Ints) -> Figure:
        value, low, high = np.array(median_interval(values[chosen])) / step
        whole = np.array([np.round(value), np.floor(low + 1e-9), np.ceil(high - 1e-9)]) * step
        value, low, high = np.round(whole, 6).tolist()
        return value, low, high, None, NoNumber.SHOWN

    return figure
