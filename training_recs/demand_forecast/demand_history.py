"""Monthly series of demand from records: openings published, and openings that stayed unfilled.

A month without a vacancy is a zero only where the month was observed. What was not observed is NaN, never 0:

- months before the first whole month on record and after the last whole one are not in the series at all;
- a run of k months in which a district published nothing while it publishes m vacancies in its other months has the
  Poisson chance e^(−mk). From mk = 7 that is below 1 in 1,000: the district was not heard of then, be it that it
  began to report later, or that a delivery of records is lacking. Shorter runs of quieter districts are zeros.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import TEXT, Column, Records, Table
from data.records import ReferralEventKind

Floats = npt.NDArray[np.float64]
Months = npt.NDArray[np.datetime64]
LEVELS = {"major": 1, "sub_major": 2, "minor": 3, "occupation": 4}
"""Parts of an occupation code that each level of the 2022 classification keeps: 6, 6-29, 6-29-02, 6-29-02-04."""
CERTAIN_COUNT = 7.0
"""From so many vacancies expected in a silent run on, it is taken to be missing (e^−7 < 0.001)."""


class Measure(StrEnum):
    """What is counted a month."""

    OPENINGS = "openings"
    """Openings of vacancies published in the month."""
    UNMET = "unmet"
    """Openings of vacancies whose validity ended in the month, less hires from referrals up to that day."""


CELLS = Table(
    "demand_cells",
    {
        "occupation": Column(TEXT, "group of the 2022 classification: the code's first parts"),
        "district_code": Column(TEXT, "six-digit division code"),
    },
)


@dataclass(frozen=True)
class DemandHistory:
    """Series of one measure, one a cell (`CELLS`, sorted), over consecutive months.

    Attributes
    ----------
    months
        datetime64[M] (months,), ascending without gaps.
    values
        float64 (cells, months), openings; NaN: the month was not observed.
    left_out
        Openings on record that are in no cell, for their occupation or district is not known.
    """

    measure: Measure
    cells: pd.DataFrame
    months: Months
    values: Floats
    left_out: int = 0


def demand_history(
    records: Records, as_of: date, *, measure: Measure = Measure.OPENINGS, level: str = "minor"
) -> DemandHistory | None:
    """The series that `records` hold of whole months before `as_of`; None: no unmet demand without hires on record.

    Parameters
    ----------
    level
        One of `LEVELS`: how finely occupations are told apart.
    """
    if measure is Measure.UNMET and not _hires(records)["vacancy_id"].size:
        return None
    counted = _counted(records, as_of, measure, level)
    known = counted.dropna(subset=["occupation", "district_code"])
    left_out = int(counted["openings"].sum() - known["openings"].sum())
    first, last = _whole_months(records, as_of, measure)
    months = np.arange(first, max(first, last))
    known = known[(known["month"] >= first) & (known["month"] < last)]
    by_month = known.groupby(["occupation", "district_code", "month"])["openings"].sum().unstack("month")
    values = by_month.reindex(columns=pd.Index(months)).fillna(0.0).to_numpy(np.float64)
    cells = CELLS.check(by_month.index.to_frame(index=False))
    missing = _missing(known, months)
    values[missing.reindex(cells["district_code"]).to_numpy(bool)] = np.nan
    return DemandHistory(measure, cells, months, values, left_out)


def occupation_groups(codes: pd.Series[str], level: str) -> pd.Series[str]:
    """The group of each four-part code at one of `LEVELS`; null stays null."""
    return codes.str.split("-").str[: LEVELS[level]].str.join("-").astype("string")


def _hires(records: Records) -> pd.DataFrame:
    """Hires: vacancy and day, one a referral. A start of work counts where no hire was noted before it."""
    events = records.referral_events
    kinds = [str(ReferralEventKind.HIRED), str(ReferralEventKind.STARTED)]
    first = events[events["event"].isin(kinds)].groupby("referral_id")["occurred_on"].min()
    hired = records.referrals.set_index("referral_id")["vacancy_id"].reindex(first.index)
    return pd.DataFrame({"vacancy_id": hired.to_numpy(), "day": first.to_numpy()})


def _counted(records: Records, as_of: date, measure: Measure, level: str) -> pd.DataFrame:
    """Openings of each vacancy by month: month (datetime64[M]), occupation, district_code, openings."""
    vacancies = records.vacancies
    openings = vacancies["headcount"].fillna(1).to_numpy(np.float64)
    day = vacancies["published_on"]
    if measure is Measure.UNMET:
        hires = _hires(records)
        closes = hires["vacancy_id"].map(vacancies.set_index("vacancy_id")["valid_through"])
        filled = hires[(hires["day"] <= closes).to_numpy(bool)].groupby("vacancy_id").size()
        openings = np.maximum(openings - filled.reindex(vacancies["vacancy_id"], fill_value=0).to_numpy(), 0.0)
        day = vacancies["valid_through"]
    table = pd.DataFrame(
        {
            "month": day.to_numpy("datetime64[M]"),
            "occupation": occupation_groups(vacancies["occupation_code"], level),
            "district_code": vacancies["district_code"],
            "openings": openings,
        }
    )
    return table[(day < pd.Timestamp(as_of)).to_numpy(bool)]


def _whole_months(records: Records, as_of: date, measure: Measure) -> tuple[np.datetime64, np.datetime64]:
    """First whole month on record, and the month after the last one.

    The month of the first vacancy is whole where that came within its first three days. Vacancies end in every month
    only when those published before the register began would have ended: unmet demand starts a month later.
    """
    last = np.datetime64(as_of, "M")
    days = records.vacancies["published_on"].to_numpy("datetime64[D]")
    if not len(days):
        return last, last
    earliest = days.min()
    month = earliest.astype("datetime64[M]")
    starts_late = (earliest - month.astype("datetime64[D]")).astype(int) >= 3
    return month + int(starts_late) + int(measure is Measure.UNMET), last


def _missing(counted: pd.DataFrame, months: Months) -> pd.DataFrame:
    """Whether a district was not observed in a month: bool, a row a district, a column a month (see the module)."""
    vacancies = counted.groupby(["district_code", "month"]).size().unstack("month").reindex(columns=pd.Index(months))
    silent = vacancies.isna().to_numpy(bool)
    counts = vacancies.fillna(0.0).to_numpy(np.float64)
    missing = np.zeros_like(silent)
    for row in range(len(counts)):
        for first, end in _runs(silent[row]):
            others = len(months) - (end - first)
            usual = counts[row].sum() / others if others else 0.0
            missing[row, first:end] = usual * (end - first) >= CERTAIN_COUNT
    return pd.DataFrame(missing, index=vacancies.index, columns=vacancies.columns)


def _runs(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First row and the row after the last of each run of True."""
    edges = np.flatnonzero(np.diff(np.r_[False, flags, False].astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
