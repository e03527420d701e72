"""From the ledger to the table: by hand, against known truth, and what must not be shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.columns import Records
from data.records import EvidenceTier
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from evaluation.outcomes.cohort_outcomes import outcomes
from evaluation.outcomes.cohorts import Cohort, inflow_cohort, stock_cohort
from evaluation.outcomes.outcome_measures import DEFINITIONS, Measure, Method, Unit
from evaluation.outcomes.outcome_table import NoNumber
from tests.data.records_for_tests import seeker
from tests.evaluation.outcomes.ledger_for_tests import day, ledger, start

ANY = EvidenceTier.SEEKER_REPORTS
NUMBERS = ["numerator", "denominator", "estimate", "low", "high"]


def people(count: int, **more: Any) -> list[dict[str, Any]]:
    return [
        seeker(seeker_id=f"S-{i:03}", registered_on=day(0), valid_through=day(900), **more) for i in range(count)
    ]  # fmt: skip


def stock(records: Records, until: int) -> Cohort:
    return stock_cohort(records, day(0).date(), observed_until=day(until).date())


def figure(
    table: pd.DataFrame, measure: Measure, method: Method = Method.SHARE, *, horizon: int | None = None,
    proof: EvidenceTier = ANY, group: str = "everyone", district: str = "all", month: str = "all",
) -> dict[str, Any]:  # fmt: skip
    """The one row of these keys."""
    chosen = (table["measure"] == measure) & (table["method"] == method) & (table["proof"] == proof)
    chosen &= table["horizon_days"].isna() if horizon is None else (table["horizon_days"] == horizon).fillna(False)
    chosen &= (table["group"] == group) & (table["district_code"] == district) & (table["month"] == month)
    rows = table[chosen.to_numpy(bool)].to_dict("records")
    assert len(rows) == 1
    return rows[0]


def test_the_placement_rate_is_placed_within_the_horizon_of_those_active_on_the_day() -> None:
    starts = [start(f"S-{i:03}", on, tier=tier) for i, (on, tier) in enumerate([(1, 1), (30, 2), (31, 3), (90, 4)] * 3)]
    table = outcomes(ledger(people(60), starts), stock(ledger(people(60), starts), 200))
    for horizon, placed, proved in ((30, 6, 6), (90, 12, 6), (180, 12, 6)):  # day 30 is within 30 days, day 31 is not
        row = figure(table, Measure.PLACED, horizon=horizon)
        assert (row["numerator"], row["denominator"]) == (placed, 60)
        assert row["estimate"] == placed / 60
        assert row["low"] < placed / 60 < row["high"]
        assert figure(table, Measure.PLACED, horizon=horizon, proof=EvidenceTier.CONTRACT)["numerator"] == proved
        # Everybody is observed so long, and nobody left otherwise: the methods agree.
        for method in (Method.AALEN_JOHANSEN, Method.KAPLAN_MEIER):
            assert figure(table, Measure.PLACED, method, horizon=horizon)["estimate"] == pytest.approx(placed / 60)
    assert [
        figure(table, Measure.EVIDENCED, proof=tier)["numerator"] for tier in EvidenceTier if tier < ANY
    ] == [3, 6, 9]  # fmt: skip


def test_what_happens_after_the_last_day_is_not_read() -> None:
    starts = [start(f"S-{i:03}", 20 + i, left=60 + i) for i in range(20)]
    whole = ledger(people(60), starts)
    early = replace(whole, referral_events=whole.referral_events[whole.referral_events["occurred_on"] <= day(35)])
    pd.testing.assert_frame_equal(outcomes(whole, stock(whole, 35)), outcomes(early, stock(early, 35)))


def test_the_order_of_the_records_does_not_matter() -> None:
    starts = [start(f"S-{i:03}", 20 + i, left=60 + i) for i in range(20)]
    records = ledger(people(60), starts)
    shuffled = replace(
        records,
        seekers=records.seekers.sample(frac=1, random_state=1, ignore_index=True),
        referrals=records.referrals.sample(frac=1, random_state=2, ignore_index=True),
        referral_events=records.referral_events.sample(frac=1, random_state=3, ignore_index=True),
    )
    pd.testing.assert_frame_equal(outcomes(records, stock(records, 200)), outcomes(shuffled, stock(shuffled, 200)))


def is_near(row: dict[str, Any], truth: float) -> bool:
    """Within twice the interval: 15 intervals of 95 % seldom all hold. Their coverage is tested with the curves."""
    return abs(row["estimate"] - truth) <= row["high"] - row["low"]


def test_known_truth_with_censoring_and_exits() -> None:
    """People register all through 300 days, are placed with 1 % a day, and leave the job with 0.5 % a day."""
    rng = np.random.default_rng(5)
    count, last = 3000, 300
    registered = rng.integers(0, last, count)
    starts_on = registered + rng.geometric(0.01, count)
    leaves_on = starts_on + rng.geometric(0.005, count)
    persons = [
        seeker(seeker_id=f"S-{i:04}", registered_on=day(int(on)), valid_through=day(5000))
        for i, on in enumerate(registered)
    ]
    records = ledger(
        persons,
        [
            start(f"S-{i:04}", int(on), left=int(left))
            for i, (on, left) in enumerate(zip(starts_on, leaves_on, strict=True))
        ],
    )
    cohort = inflow_cohort(records, day(0).date(), day(last).date(), observed_until=day(last).date())
    table = outcomes(records, cohort)
    for horizon in (30, 90, 180):
        placed, retained = 1 - 0.99**horizon, 0.995**horizon
        for method in (Method.SHARE, Method.AALEN_JOHANSEN, Method.KAPLAN_MEIER):
            row = figure(table, Measure.PLACED, method, horizon=horizon)
            assert is_near(row, placed)
        for method in (Method.SHARE, Method.KAPLAN_MEIER):
            row = figure(table, Measure.RETAINED, method, horizon=horizon)
            assert is_near(row, retained)
        # Those not observed so long are in the curve, but not in the share.
        share, curve = (
            figure(table, Measure.PLACED, m, horizon=horizon) for m in (Method.SHARE, Method.AALEN_JOHANSEN)
        )
        assert share["denominator"] < curve["denominator"] == count
        assert curve["high"] - curve["low"] < share["high"] - share["low"]
    half = figure(table, Measure.DAYS_TO_HALF_PLACED, Method.AALEN_JOHANSEN)
    assert is_near(half, 69)  # 0.99^69 < 1/2 < 0.99^68
    assert half["unit"] == Unit.DAYS


def test_a_small_group_is_withheld_and_does_not_follow_from_the_others() -> None:
    nine = [
        {"seeker_id": f"S-{i:03}", "group_code": "veteran", "valid_from": day(0), "valid_until": None} for i in range(9)
    ]
    outside = [
        {"seeker_id": f"S-{i:03}", "group_code": "graduate", "valid_from": day(0), "valid_until": None}
        for i in range(55)  # all but five: whoever subtracts them from everyone has five
    ]
    records = ledger(people(60), [start(f"S-{i:03}", 10) for i in range(0, 60, 2)], seeker_groups=nine + outside)
    table = outcomes(records, stock(records, 200))
    for group in ("veteran", "graduate"):
        row = figure(table, Measure.PLACED, horizon=90, group=group)
        assert (row["suppressed"], row["reason"]) == (True, NoNumber.WITHHELD)
    assert not figure(table, Measure.PLACED, horizon=90)["suppressed"]
    withheld = table[table["suppressed"]]
    assert withheld[NUMBERS].isna().all(axis=None)
    assert (withheld["reason"] == NoNumber.WITHHELD).all()  # primary and complementary are not told apart
    shown = table[~table["suppressed"]]
    assert (shown["denominator"] >= 10).where(shown["denominator"] != 0, True).all()


def test_the_few_with_weaker_evidence_do_not_follow_from_two_standards() -> None:
    starts = [start(f"S-{i:03}", 10, tier=4 if i < 4 else 1, left=50 if i % 2 else None) for i in range(30)]
    records = ledger(people(60), starts)
    table = outcomes(records, stock(records, 200))
    assert figure(table, Measure.RETAINED, horizon=30)["denominator"] == 30
    strict = figure(table, Measure.RETAINED, horizon=30, proof=EvidenceTier.CONTRACT)
    assert strict["suppressed"]  # 26: the other four would follow


def test_in_a_whole_city_no_reader_finds_a_small_cell_by_subtracting_rows_of_the_table() -> None:
    records = build_city(CitySettings(seekers=3000, vacancies=600)).records
    cohort = inflow_cohort(records, date(2025, 9, 1), date(2026, 1, 1), observed_until=date(2026, 3, 1))
    table = outcomes(records, cohort, proofs=(ANY,))
    assert table["suppressed"].any()
    figures = table.groupby(["measure", "method", "horizon_days", "proof"], dropna=False)
    for _, one in figures:
        counts = one.set_index(["group", "district_code", "month"])["denominator"]
        for axis in ("district_code", "month"):
            others = [name for name in counts.index.names if name != axis]
            for _, part in counts.groupby(others):
                line = part.droplevel(others)
                parts = line.drop("all")
                if pd.notna(line["all"]) and parts.isna().any():
                    assert parts.isna().sum() >= 2
                    assert line["all"] - parts.sum() >= 10
        shown = counts.astype("Float64").unstack("group")
        outside = shown.rsub(shown["everyone"], axis=0).to_numpy(dtype=float, na_value=np.nan)
        assert not ((outside > 0) & (outside < 10)).any()


def test_few_events_and_short_observation_give_no_number() -> None:
    records = ledger(people(60), [start(f"S-{i:03}", 10) for i in range(4)])
    table = outcomes(records, stock(records, 100))
    few = figure(table, Measure.PLACED, Method.AALEN_JOHANSEN, horizon=90)
    assert (few["reason"], few["numerator"], few["denominator"]) == (NoNumber.TOO_FEW_EVENTS, 4, 60)
    assert pd.isna([few["estimate"], few["low"], few["high"]]).all()
    assert figure(table, Measure.PLACED, horizon=90)["estimate"] == pytest.approx(4 / 60)  # Wilson holds for few
    late = figure(table, Measure.PLACED, Method.AALEN_JOHANSEN, horizon=180)
    assert late["reason"] == NoNumber.NOT_OBSERVED
    assert figure(table, Measure.PLACED, horizon=180)["reason"] == NoNumber.NOBODY
    more = ledger(people(60), [start(f"S-{i:03}", 10) for i in range(20)])
    table = outcomes(more, stock(more, 100))
    assert figure(table, Measure.DAYS_TO_HALF_PLACED, Method.KAPLAN_MEIER)["reason"] == NoNumber.NOT_REACHED
    assert figure(table, Measure.DAYS_TO_QUARTER_PLACED, Method.KAPLAN_MEIER)["estimate"] == 10


def test_wage_and_fit() -> None:
    starts = [start(f"S-{i:03}", 10, wage=3000 + 100 * i if i < 25 else None) for i in range(30)]
    records = ledger(people(60), starts)
    table = outcomes(records, stock(records, 100))
    wage = figure(table, Measure.WAGE_AT_START, Method.MEDIAN)
    assert (wage["estimate"], wage["denominator"], wage["unit"]) == (4200, 25, Unit.CNY_MONTH)
    assert wage["low"] < 4200 < wage["high"]
    assert figure(table, Measure.WAGE_OVER_WANTED, Method.MEDIAN)["estimate"] == pytest.approx(0.05)  # 4,000 wanted
    assert figure(table, Measure.WAGE_MEETS_WANTED)["numerator"] == 15  # 4,000 and more
    assert figure(table, Measure.SAME_LINE_AS_WANTED)["estimate"] == 1
    assert figure(table, Measure.EDUCATION_WELL_ABOVE)["estimate"] == 1  # senior middle school, none asked for
    assert figure(table, Measure.WAGE_OVER_PREVIOUS, Method.MEDIAN)["reason"] == NoNumber.NOBODY


def test_competing_incidences_in_a_table_add_to_no_more_than_one() -> None:
    exits = [{"seeker_id": f"S-{i:03}", "exit": "further_study", "left_on": day(12)} for i in range(30, 45)]
    persons = people(45) + [
        seeker(seeker_id=f"S-{i:03}", registered_on=day(0), valid_through=day(5)) for i in range(45, 60)
    ]
    records = ledger(persons, [start(f"S-{i:03}", 10) for i in range(25)], seeker_exits=exits)
    table = outcomes(records, stock(records, 200))
    parts = [
        figure(table, measure, Method.AALEN_JOHANSEN, horizon=90)["estimate"]
        for measure in (Measure.PLACED, Measure.FURTHER_STUDY, Measure.LEFT_REGISTER)
    ]
    assert parts == pytest.approx([25 / 60, 15 / 60, 15 / 60])
    net = figure(table, Measure.PLACED, Method.KAPLAN_MEIER, horizon=90)
    assert net["estimate"] == pytest.approx(25 / 60)  # all exits came after the placements


def test_a_cohort_of_nobody_has_a_table() -> None:
    records = ledger([], [])
    table = outcomes(records, stock(records, 10))
    assert (table["reason"] == NoNumber.NOBODY).all()


def test_every_measure_says_of_whom_it_is() -> None:
    assert set(DEFINITIONS) == set(Measure)
    for definition in DEFINITIONS.values():
        assert all([definition.name_zh, definition.name_en, definition.of_zh, definition.of_en])
