"""How well a placement fits the person: line of work, education, wage, against what was wanted and done before."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import Column, Records, Table
from data.reference.occupations import occupation_rows
from evaluation.outcomes.cohorts import Cohort
from evaluation.outcomes.follow_up import FollowUp
from evaluation.outcomes.placements import placements_known
from models.pair_features import relation

MATCH_QUALITY = Table(
    "match_quality",
    {
        "wanted_relation": Column(
            "float32", "relation() of the post to the work wanted, 0–4; NaN unknown", nullable=True
        ),
        "previous_relation": Column("float32", "the same of the closest job held; NaN unknown", nullable=True),
        "education_surplus": Column(
            "float32", "levels above the requirement, none = primary; NaN unknown", nullable=True
        ),
        "wage_cny_month": Column("float64", "at the start; NaN unknown", nullable=True, low=0),
        "wage_over_wanted": Column("float64", "wage ÷ lowest wanted − 1; NaN unknown", nullable=True),
        "wage_over_previous": Column("float64", "wage ÷ that of the placement before − 1; NaN unknown", nullable=True),
    },
)
"""A row for each row of `TENURE`."""


def match_quality(records: Records, cohort: Cohort, follow: FollowUp) -> pd.DataFrame:
    """Quality of each first placement (`MATCH_QUALITY`), row i that of `follow.tenures` row i.

    The wage before is that of the placement before in the ledger, by any evidence: records hold no other.
    """
    tenures = follow.tenures
    seekers = records.seekers.set_index("seeker_id").loc[tenures["seeker_id"]]
    vacancies = records.vacancies.set_index("vacancy_id").reindex(tenures["vacancy_id"])
    post = _rows(vacancies["occupation_code"])
    level = seekers["education_level"].to_numpy("float32", na_value=np.nan)
    required = vacancies["education_min"].to_numpy("float32", na_value=np.nan)
    wage = tenures["wage_cny_month"].to_numpy("float64", na_value=np.nan)
    return MATCH_QUALITY.check(
        pd.DataFrame(
            {
                "wanted_relation": relation(_rows(seekers["desired_occupation_code"]), post),
                "previous_relation": _closest_job(records, tenures["seeker_id"], post),
                "education_surplus": level - np.maximum(required, 1),
                "wage_cny_month": wage,
                "wage_over_wanted": _over(wage, seekers["wage_min_cny_month"].to_numpy("float64", na_value=np.nan)),
                "wage_over_previous": _over(wage, _previous_wage(records, cohort, tenures)),
            }
        )
    )


def _rows(codes: pd.Series[Any]) -> npt.NDArray[np.int16]:
    return np.asarray(codes.map(occupation_rows()).fillna(-1), dtype=np.int16)


def _over(wage: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return wage / np.where(other > 0, other, np.nan) - 1


def _closest_job(records: Records, seeker_ids: pd.Series[str], post: npt.NDArray[np.int16]) -> npt.NDArray[np.float32]:
    placed = pd.DataFrame({"seeker_id": seeker_ids, "row": np.arange(len(post)), "post": post})
    jobs = records.seeker_experience[["seeker_id", "occupation_code"]].merge(placed, on="seeker_id")
    near = pd.Series(relation(_rows(jobs["occupation_code"]), jobs["post"].to_numpy("int16")))
    return near.groupby(jobs["row"]).max().reindex(range(len(post))).to_numpy("float32")


def _previous_wage(records: Records, cohort: Cohort, tenures: pd.DataFrame) -> npt.NDArray[np.float64]:
    now = tenures[["seeker_id", "started_on"]].assign(row=np.arange(len(tenures)))
    earlier = placements_known(records, cohort.observed_until).merge(now, on="seeker_id", suffixes=("", "_now"))
    earlier = earlier[(earlier["started_on"] < earlier["started_on_now"]).to_numpy(bool)]
    latest = earlier.groupby("row")["wage_cny_month"].agg(lambda wages: wages.iloc[-1])
    return latest.reindex(range(len(tenures))).to_numpy("float64", na_value=np.nan)
