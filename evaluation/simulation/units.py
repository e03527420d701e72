"""The parts of a simulation that run one by one: a year of one seed under one policy, or under two in one market."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from data.columns import TEXT, Column, Table
from data.errors import DataError
from data.whole_file import whole_file
from evaluation.simulation.comparisons import REFERRALS, Comparison, fills_classes, policy_named
from evaluation.simulation.course_measures import course_measures
from evaluation.simulation.course_year import CourseYear
from evaluation.simulation.policies import Policy
from evaluation.simulation.prepared_city import CityFolder, open_base, open_city
from evaluation.simulation.year import Arm, simulate_year
from evaluation.simulation.year_measures import GROUPS, MEASURES, YEAR_MEASURES, is_of_one_half, year_measures

UNIT_VALUES = Table(
    "unit_values",
    {
        "seed": Column("int64", "of the city and its luck", low=0),
        "policy": Column(TEXT, "whom it refers: everyone, or one half by lot"),
        "against": Column(TEXT, "policy of the other half of the same market; null: there is none", nullable=True),
        "group": Column(TEXT, "as in year_measures", codes=frozenset(GROUPS)),
        "measure": Column(TEXT, "as in year_measures", codes=frozenset(m.name for m in MEASURES)),
        "value": Column("Float64", "null: not defined", nullable=True),
    },
)


@dataclass(frozen=True)
class Unit:
    """One seed's year. `against`: the policy of the other half, where `policy` refers one half of the people only."""

    seed: int
    policy: str
    against: str | None = None

    @property
    def file_name(self) -> str:
        """Name of its result's file."""
        return f"seed-{self.seed:04d}.{self.policy}{f'+{self.against}' if self.against else ''}.json"


def units_of(seeds: Iterable[int], policies: Sequence[Policy], comparison: Comparison = REFERRALS) -> list[Unit]:
    """Every policy by itself and, where markets are mixed, the reference beside each other one."""
    names, reference = [policy.name for policy in policies], comparison.reference.name
    is_mixed = comparison.is_mixed and reference in names
    others = [name for name in names if name != reference] if is_mixed else []
    return [
        unit
        for seed in seeds
        for unit in (*(Unit(seed, name) for name in names), *(Unit(seed, reference, other) for other in others))
    ]


def run_unit(unit: Unit, folder: CityFolder) -> pd.DataFrame:
    """Simulate the unit's year: `YEAR_MEASURES`. Raises DataError where the city's files are not whole."""
    city = open_city(folder)
    half = is_of_one_half(city, unit.seed)
    policy = policy_named(unit.policy)
    arms = [Arm(policy, half if unit.against else np.ones(city.n_seekers, dtype=bool))]
    if unit.against:
        arms.append(Arm(policy_named(unit.against), ~half))
    if not fills_classes(policy):
        return year_measures(city, simulate_year(city, folder.candidates, arms, seed=unit.seed), seed=unit.seed)
    courses = CourseYear(city, open_base(folder.base), folder.settings, seed=unit.seed)
    outcome = simulate_year(city, folder.candidates, arms, seed=unit.seed, courses=courses)
    found = year_measures(city, outcome, seed=unit.seed), course_measures(city, outcome, courses.outcome())
    return YEAR_MEASURES.check(pd.concat(found, ignore_index=True))


def save_unit(unit: Unit, measures: pd.DataFrame, folder: Path) -> None:
    """Write a unit's result; it is there whole or not at all. Raises UnavailableError as `whole_file`."""
    rows = [[g, m, None if pd.isna(v) else float(v)] for g, m, v in measures.itertuples(index=False)]
    lines = ",\n".join(json.dumps(row) for row in rows)
    with whole_file(folder / unit.file_name) as fresh:
        fresh.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def load_units(units: Sequence[Unit], folder: Path) -> pd.DataFrame:
    """`UNIT_VALUES` of these units.

    Raises
    ------
    DataError
        A result is missing or damaged.
    """
    parts = []
    for unit in units:
        path = folder / unit.file_name
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
            measures = YEAR_MEASURES.check(pd.DataFrame(rows, columns=list(YEAR_MEASURES.columns)))
        except (OSError, ValueError) as error:
            raise DataError(f"{path} is missing or damaged: {error}", remedy="delete it; it is made again") from error
        parts.append(measures.assign(seed=unit.seed, policy=unit.policy, against=unit.against))
    return UNIT_VALUES.check(pd.concat(parts, ignore_index=True) if parts else UNIT_VALUES.empty())
