"""What counts as demand, and when a month without vacancies is a zero and when it is missing."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.columns import Records
from tests.data.records_for_tests import records, seeker, vacancy
from training_recs.demand_forecast.demand_history import DemandHistory, Measure, demand_history

AS_OF = date(2026, 6, 15)
WELDER, COOK = "6-18-02-04", "4-03-02-01"
FIRST = vacancy(vacancy_id="V-0", occupation_code=WELDER, headcount=1, published_on=pd.Timestamp("2026-01-02"))
"""The register begins here: January counts as whole, for it begins within three days of its first vacancy."""


def published(day: str, **changes: Any) -> dict[str, Any]:
    """A vacancy of welders for two, published on this day."""
    return vacancy(**({"occupation_code": WELDER, "published_on": pd.Timestamp(day)} | changes))


def series(stored: Records, measure: Measure = Measure.OPENINGS, level: str = "minor") -> DemandHistory:
    found = demand_history(stored, AS_OF, measure=measure, level=level)
    assert found is not None
    return found


def row(history: DemandHistory, occupation: str, district: str = "220102") -> list[float]:
    cells = history.cells
    (place,) = np.flatnonzero((cells["occupation"] == occupation) & (cells["district_code"] == district))
    return history.values[place].tolist()


def numbered(*vacancies: dict[str, Any]) -> Records:
    return records(vacancies=[{**v, "vacancy_id": f"V-{n}"} for n, v in enumerate(vacancies)])


def test_openings_are_counted_in_the_month_of_publication_headcount_unknown_as_one() -> None:
    history = series(
        numbered(
            FIRST,
            published("2026-02-01", headcount=3),
            published("2026-02-28", headcount=None),
            published("2026-04-30", headcount=5),
            published("2026-05-01", headcount=7, occupation_code=COOK),
            published("2026-05-09", headcount=9, district_code="220103"),
        )
    )
    assert [str(month) for month in history.months] == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    assert row(history, "6-18-02") == [1, 4, 0, 5, 0]
    assert row(history, "4-03-02") == [0, 0, 0, 0, 7]
    assert row(history, "6-18-02", "220103") == [0, 0, 0, 0, 9]


def test_a_month_that_is_not_over_or_began_before_the_register_is_not_in_the_series() -> None:
    history = series(numbered(published("2026-01-04"), published("2026-02-05"), published("2026-06-14")))
    assert [str(month) for month in history.months] == ["2026-02", "2026-03", "2026-04", "2026-05"]
    assert row(history, "6-18-02") == [2, 0, 0, 0]


@pytest.mark.parametrize(
    ("level", "names"),
    [("major", ["6"]), ("sub_major", ["6-18"]), ("minor", ["6-18-02"]), ("occupation", ["6-18-02-04", "6-18-02-05"])],
)
def test_occupations_are_told_apart_as_finely_as_asked(level: str, names: list[str]) -> None:
    history = series(numbered(FIRST, published("2026-02-01", occupation_code="6-18-02-05")), level=level)
    assert history.cells["occupation"].tolist() == names


def test_openings_of_unknown_occupation_or_district_are_in_no_series_but_counted() -> None:
    history = series(
        numbered(
            FIRST,
            published("2026-02-01", occupation_code=None, headcount=4),
            published("2026-02-01", district_code=None, headcount=3),
        )
    )
    assert (len(history.cells), history.left_out) == (1, 7)


def months_of(district: str, counts: list[int]) -> list[dict[str, Any]]:
    """So many vacancies of one opening a month from January on."""
    return [
        published(f"2026-{month:02d}-10", district_code=district, headcount=1)
        for month, count in enumerate(counts, start=1)
        for _ in range(count)
    ]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        # Usually two a month: one silent month has the chance e^−2, a zero as any other.
        ([2, 2, 0, 2, 2], [2, 2, 0, 2, 2]),
        # Usually ten: a silent month has the chance e^−10. Nothing was delivered then.
        ([10, 10, 0, 10, 10], [10, 10, np.nan, 10, 10]),
        # Three silent months of three a month: e^−9. The district began to report in April.
        ([0, 0, 0, 3, 3], [np.nan, np.nan, np.nan, 3, 3]),
        # One a month, then nothing for two: e^−2 or so.
        ([1, 1, 1, 0, 0], [1, 1, 1, 0, 0]),
    ],
)
def test_a_silent_run_is_missing_where_chance_cannot_explain_it(counts: list[int], expected: list[float]) -> None:
    history = series(numbered(FIRST, *months_of("220103", counts)))
    np.testing.assert_array_equal(row(history, "6-18-02", "220103"), expected)
    assert row(history, "6-18-02") == [1, 0, 0, 0, 0]


def hired(number: int, vacancy_id: str, day: str, event: str = "hired") -> tuple[dict[str, Any], dict[str, Any]]:
    referral = {
        "referral_id": f"R-{number}", "seeker_id": "S-1", "vacancy_id": vacancy_id, "run_id": None,
        "referred_on": pd.Timestamp("2026-02-01"), "position": None, "propensity": None, "source": "test",
    }  # fmt: skip
    return referral, {
        "referral_id": f"R-{number}", "event": event, "occurred_on": pd.Timestamp(day), "evidence_tier": None,
        "wage_cny_month": None,
    }  # fmt: skip


def test_unmet_demand_is_what_was_not_filled_when_the_validity_ended() -> None:
    posts = [
        FIRST,
        published("2026-01-05", vacancy_id="A", headcount=3, valid_through=pd.Timestamp("2026-03-10")),
        published("2026-02-05", vacancy_id="B", headcount=2, valid_through=pd.Timestamp("2026-04-10")),
        published("2026-05-05", vacancy_id="open", headcount=9, valid_through=pd.Timestamp("2026-09-01")),
    ]
    happened = [
        hired(1, "A", "2026-02-20"),
        hired(2, "A", "2026-03-10", "started"),  # no hire was noted: the start counts
        hired(3, "A", "2026-03-11"),  # a day too late
        hired(4, "B", "2026-04-01"),
        hired(5, "B", "2026-04-02", "rejected"),
    ]
    stored = records(
        vacancies=posts, seekers=[seeker()],
        referrals=[referral for referral, _ in happened], referral_events=[event for _, event in happened],
    )  # fmt: skip
    history = series(stored, Measure.UNMET)
    # From February: what ended in January was published before the register began.
    assert [str(month) for month in history.months] == ["2026-02", "2026-03", "2026-04", "2026-05"]
    assert row(history, "6-18-02") == [0, 1, 1, 0]


def test_without_hires_on_record_unmet_demand_is_not_known() -> None:
    assert demand_history(numbered(FIRST), AS_OF, measure=Measure.UNMET) is None


def test_an_empty_register_has_no_months() -> None:
    history = series(records(vacancies=[]))
    assert (len(history.cells), len(history.months)) == (0, 0)
