"""What a project does to other employers: their placements and prices, before and after, by occupation and employer."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import Table
from data.reference.occupations import load_occupations
from training_recs.project_assessment.assessment_tables import EMPLOYERS, OCCUPATIONS
from training_recs.project_assessment.planned_market import PlannedMarket
from training_recs.project_assessment.with_and_without import WithAndWithout


def by_occupation(planned: PlannedMarket, both: WithAndWithout) -> pd.DataFrame:
    """An OCCUPATIONS table of all vacancies but the posts."""
    group = np.append(load_occupations()["code"].str.rsplit("-", n=1).str[0].to_numpy(object), "")
    rows = planned.market.vacancies["occupation"].to_numpy()[: planned.first_post]
    keys = pd.DataFrame({"occupation": group[rows]})
    return _summed(OCCUPATIONS, keys, planned, both)


def by_employer(planned: PlannedMarket, both: WithAndWithout) -> pd.DataFrame:
    """An EMPLOYERS table of all employers but the project."""
    vacancies = planned.market.vacancies.iloc[: planned.first_post]
    keys = vacancies[["employer_id", "employer"]].reset_index(drop=True)
    return _summed(EMPLOYERS, keys, planned, both)


def _summed(table: Table, keys: pd.DataFrame, planned: PlannedMarket, both: WithAndWithout) -> pd.DataFrame:
    """Sums over the vacancies of each key; what changed most first, ties by key."""
    first = planned.first_post
    openings = planned.headcount[:first]

    def others(column: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return column[:first]

    facts = keys.assign(
        openings=openings,
        placements_before=others(both.without.filled),
        placements_after=others(both.with_posts.filled),
        price_before=others(both.without.price) * openings,
        price_after=others(both.with_posts.price) * openings,
    )
    names = list(keys.columns)
    summed = facts.groupby(names, sort=True, as_index=False).sum()
    for price in ("price_before", "price_after"):
        summed[price] = summed[price] / np.maximum(summed["openings"], 1)
    summed["change"] = summed["placements_after"] - summed["placements_before"]
    order = np.argsort(-summed["change"].abs().to_numpy(), kind="stable")
    return table.check(summed.iloc[order].reset_index(drop=True)[list(table.columns)])
