"""A run's figures by protected group as the rows of its report: one row a category, its measures side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from data.reference.fairness_limits import FairnessLimit, load_fairness_limits
from evaluation.fairness.fairness_measures import FairnessMeasure
from evaluation.fairness.people import DIMENSION_NAMES, category_names
from evaluation.fairness.run_fairness import RUN_MEASURES, GroupFigure, RunFairness


@dataclass(frozen=True)
class FairnessRow:
    """One category. `dimension`, `names`: Chinese and English. `worse`: worsening by measure in points, "—": none."""

    dimension: tuple[str, str]
    names: tuple[str, str]
    people: int
    referred: GroupFigure
    referrals: GroupFigure
    expected: GroupFigure
    worse: str
    broken: bool


def fairness_rows(fairness: RunFairness) -> list[FairnessRow]:
    """Rows in the order of the figures: everyone, groups, sexes, age bands, districts."""
    figures = {(figure.measure, figure.dimension, figure.category): figure for figure in fairness.figures}
    found = {(one.measure, one.dimension, one.category): one for one in fairness.verdict.findings}
    rows = []
    for dimension, category in dict.fromkeys((figure.dimension, figure.category) for figure in fairness.figures):
        referred, referrals, expected = (figures[str(measure), dimension, category] for measure in RUN_MEASURES)
        judged = [
            found[str(measure), dimension, category]
            for measure in (FairnessMeasure.REFERRED_SHARE, FairnessMeasure.EXPECTED_PLACEMENT)
            if (str(measure), dimension, category) in found
        ]
        rows.append(
            FairnessRow(
                dimension=DIMENSION_NAMES[dimension],
                names=category_names(dimension, category),
                people=referred.people,
                referred=referred,
                referrals=referrals,
                expected=expected,
                worse=" / ".join(f"{100 * one.worsening:+.1f}" for one in judged) or "—",
                broken=any(one.broken for one in judged),
            )
        )
    return rows


def limits_of_runs(as_of: str) -> list[FairnessLimit]:
    """Limits that a run of the day is held against."""
    day, measures = date.fromisoformat(as_of), set(map(str, RUN_MEASURES))
    return [limit for limit in load_fairness_limits() if limit.in_force(day) and limit.measure in measures]
