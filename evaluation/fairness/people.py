"""Whom fairness is measured for: groups, sex, age and district of each person. No score ever reads this table."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import TEXT, Column, Table
from data.facts.sex import FEMALE, MALE
from data.records import GROUP_NAMES_ZH, SeekerGroup
from data.reference.age_bands import load_age_bands
from data.reference.districts import load_districts
from evaluation.groups import EVERYONE

UNKNOWN = "unknown"
OUTSIDE = "outside"
SEXES = {"female": FEMALE, "male": MALE}

PEOPLE = Table(
    "fairness_people",
    {
        "seeker_id": Column(TEXT, "seekers.seeker_id"),
        "group_mask": Column("uint16", "groups on the day that counts; bit = order in SeekerGroup"),
        "sex": Column("Int8", "GB/T 2261.1: 1 male, 2 female; null: not known", nullable=True, low=MALE, high=FEMALE),
        "age_years": Column("Float64", "age on the day that counts; null: not known", nullable=True),
        "district_code": Column(TEXT, "six-digit division code; null: not known", nullable=True),
    },
)
"""One row a person."""


def people(
    seeker_ids: pd.Series[str], *, group_mask: npt.NDArray[Any], age_years: npt.NDArray[Any],
    district_code: npt.NDArray[Any] | pd.Series[str], sexes: pd.Series[int] | None,
) -> pd.DataFrame:  # fmt: skip
    """`PEOPLE` of these columns; `sexes` is a code by seeker_id, None where nobody's may be known."""
    sex = pd.Series(pd.NA, index=range(len(seeker_ids)), dtype="Int8")
    if sexes is not None and len(sexes):
        sex = pd.Series(sexes.reindex(seeker_ids).to_numpy(), dtype="Int8")
    return PEOPLE.check(
        pd.DataFrame(
            {
                "seeker_id": seeker_ids.to_numpy(),
                "group_mask": group_mask,
                "sex": sex,
                "age_years": pd.array(np.asarray(age_years, dtype=np.float64), dtype="Float64"),
                "district_code": pd.Series(np.asarray(district_code, dtype=object), dtype="string"),
            }
        )
    )


def category_names(dimension: str, category: str) -> tuple[str, str]:
    """Chinese and English name of a category of one dimension, or of an intersection ("sex × age")."""
    if " × " in dimension:
        parts = [category_names(*part) for part in zip(dimension.split(" × "), category.split(" × "), strict=True)]
        return " × ".join(zh for zh, _ in parts), " × ".join(en for _, en in parts)
    if category in _SHARED_NAMES:
        return _SHARED_NAMES[category]
    if dimension == "group":
        return GROUP_NAMES_ZH[SeekerGroup(category)], category.replace("_", " ")
    if dimension == "age":
        row = load_age_bands().set_index("band").loc[category]
        return str(row["zh"]), str(row["en"])
    known = load_districts().set_index("code")
    return (str(known.at[category, "name_zh"]), str(known.at[category, "name_en"])) if category in known.index else (
        category, category,
    )  # fmt: skip


_SHARED_NAMES = {
    EVERYONE: ("全体", "everyone"),
    UNKNOWN: ("未知", "not known"),
    "female": ("女", "female"),
    "male": ("男", "male"),
}
DIMENSION_NAMES = {
    EVERYONE: ("全体", "everyone"),
    "group": ("人群", "group"),
    "sex": ("性别", "sex"),
    "age": ("年龄", "age"),
    "district": ("居住区县", "district of residence"),
}
