"""The seat plan of a city: seconds and memory of each stage, and how near the plan is to the best one.

`python -m benchmarks.bench_seat_plan [--seekers 20000 100000] [--courses 300 5000] [--seconds 600]`

Each city is synthetic, with eighteen months of history, for the forecast needs one; a fifth as many vacancies as
seekers, and a plan for each number of courses. Everything after the reading of the records is what `zhuye seats` does,
without a file of limits: teachers and rooms are those of the past, money is without limit, or `--budget` CNY.
"""

from __future__ import annotations

import argparse
import time
from datetime import date

import pandas as pd

from api.jobs.plan_seats import plan_records
from api.jobs.stages import Stages
from benchmarks.results import write_section
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from training_recs.seat_plan.plan_seats import NoPlan, PlanSettings

AS_OF = date(2026, 6, 1)
SEEKERS_A_VACANCY = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seekers", type=int, nargs="+", default=[20_000, 100_000], help="sizes of the cities")
    parser.add_argument("--courses", type=int, nargs="+", default=[300, 5_000], help="courses of each city")
    parser.add_argument("--seconds", type=float, default=PlanSettings.seconds, help="most time to look for a plan")
    parser.add_argument("--budget", type=float, help="subsidies for the whole plan, CNY; default: without limit")
    parser.add_argument("--data", help=argparse.SUPPRESS)  # every benchmark takes it; this one reads none
    arguments = parser.parse_args()
    rows = []
    for courses in arguments.courses:
        for seekers in arguments.seekers:
            rows.append(measured(seekers, courses, arguments.budget, arguments.seconds))
            _write(rows, arguments.budget, arguments.seconds)  # after each, should a later one be broken off


def measured(seekers: int, courses: int, budget_cny: float | None, seconds: float) -> dict[str, str]:
    """One row of the table: a city's plan."""
    city = build_city(
        CitySettings(seekers=seekers, vacancies=seekers // SEEKERS_A_VACANCY, courses=courses, seed=7, as_of=AS_OF)
    )
    stages, cpu = Stages(), time.process_time()
    plan, offers, _ = plan_records(city.records, stages, today=AS_OF, budget_cny=budget_cny, seconds=seconds)
    if isinstance(plan, NoPlan):
        raise SystemExit(f"no plan: {plan.en}")
    forecast, supply, planned = stages.timings
    return {
        "seekers × vacancies × courses": f"{seekers:,} × {seekers // SEEKERS_A_VACANCY:,} × {courses:,}",
        "offers": f"{len(offers.offers):,}",
        "needs": f"{len(plan.needs):,}",
        "forecast, s": f"{forecast.seconds:,.0f}",
        "supply, s": f"{supply.seconds:,.1f}",
        "plan, s": f"{planned.seconds:,.0f}",
        "CPU s, all": f"{time.process_time() - cpu:,.0f}",
        "peak MiB": f"{max(timing.peak_mib for timing in stages.timings):,.0f}",
        "classes": f"{plan.plan['classes'].sum():,}",
        "seats": f"{plan.plan['seats'].sum():,}",
        "expected filled": f"{plan.plan['expected_filled'].sum():,.0f}",
        "at most below the best": f"{plan.gap:.2%}",
        "ended by": "itself" if plan.in_time else "the limit of time",
    }


def _write(rows: list[dict[str, str]], budget_cny: float | None, seconds: float) -> None:
    money = "no limit of money" if budget_cny is None else f"a budget of {budget_cny:,.0f} CNY"
    write_section(
        "seat-plan", "The seat plan by the size of the city", "python -m benchmarks.bench_seat_plan",
        pd.DataFrame(rows),
        [
            f"Synthetic cities with eighteen months of history, six months planned; teachers and rooms as there have "
            f"been, {money}, at most {seconds:g} s to look for a plan.",
            "CPU seconds are of this process over all threads; on a machine that others use they say more than the "
            "clock, and the limit of time is by the clock.",
            "Offers: courses by district; needs: occupations by district and month in which somebody may be needed. "
            "Neither grows with the city once every occupation occurs in every district; the programme grows with the "
            "courses.",
            "At most below the best: of the plan's worth less its cost, by the solver's bound.",
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
