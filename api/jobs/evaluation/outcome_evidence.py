"""What became of the seekers of a day, and of those who came in the year before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from data.columns import Records
from evaluation.outcomes.cohorts import Cohort, inflow_cohort, stock_cohort
from evaluation.outcomes.measured_cohort import MeasuredCohort, measure_cohort

MONTHS_OF_INFLOW = 12


@dataclass(frozen=True)
class OutcomeEvidence:
    """Both cohorts, measured."""

    stock: MeasuredCohort
    inflow: MeasuredCohort


def outcome_evidence(records: Records, as_of: date, observed_until: date) -> OutcomeEvidence:
    """Outcomes of who was active on `as_of`, and of who registered in the last twelve whole months."""
    stock = stock_cohort(records, as_of, observed_until=observed_until)
    return OutcomeEvidence(measure_cohort(records, stock), measure_cohort(records, _inflow(records, observed_until)))


def _inflow(records: Records, observed_until: date) -> Cohort:
    until = (observed_until + timedelta(days=1)).replace(day=1)
    first = until.replace(year=until.year - 1)
    return inflow_cohort(records, first, until, observed_until=observed_until)
