"""What completing a course adds to a person: credentials, and training in an occupation. Courses alike in it share it.

Of 5,000 courses some hundred differ in what they add; people are matched again once an effect, not once a course.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.reference.occupations import load_occupations

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Effects:
    """Row for row: `credentials` uint64 masks, implied ones included; `occupation` int16 (−1: none).

    `replaced_years` float32: experience required in the occupation's minor group that the training stands for;
    `counted_years` float32: years of related work that it counts as; `vectors` float32 (n, d): the courses' text.
    """

    credentials: npt.NDArray[np.uint64]
    occupation: npt.NDArray[np.int16]
    replaced_years: npt.NDArray[np.float32]
    counted_years: npt.NDArray[np.float32]
    vectors: Vectors

    def __len__(self) -> int:
        return len(self.credentials)


@dataclass(frozen=True)
class TouchedVacancies:
    """Which effects bear on which vacancy: those of `vacancy` v are `effect[first[v]:first[v + 1]]`.

    `nearness` float32: cosine of the effect's and the vacancy's text; `replaced` float32: years of required experience
    that the effect stands for there.
    """

    first: npt.NDArray[np.int64]
    effect: npt.NDArray[np.int32]
    nearness: npt.NDArray[np.float32]
    replaced: npt.NDArray[np.float32]


def touched_vacancies(effects: Effects, vacancies: pd.DataFrame, vacancy_vectors: Vectors) -> TouchedVacancies:
    """An effect bears on vacancies that require one of its credentials, and on those of its minor group.

    Parameters
    ----------
    vacancies
        A MARKET_VACANCIES table; `vacancy_vectors` float32 (m, d), row for row.
    """
    group = minor_groups()
    of_vacancy = np.append(group, -2)[vacancies["occupation"].to_numpy()]  # row −1, unknown, is in no group
    required = vacancies["credential_mask"].to_numpy(np.uint64)
    rows, owners, replaced = [], [], []
    for effect in range(len(effects)):
        in_group = of_vacancy == (group[effects.occupation[effect]] if effects.occupation[effect] >= 0 else -1)
        touched = np.flatnonzero(in_group | (required & effects.credentials[effect] != 0))
        rows.append(touched)
        owners.append(np.full(len(touched), effect, dtype=np.int32))
        replaced.append(np.where(in_group[touched], effects.replaced_years[effect], np.float32(0)).astype(np.float32))
    vacancy = np.concatenate([*rows, np.empty(0, np.int64)]).astype(np.int64)
    order = np.argsort(vacancy, kind="stable")
    effect_of = np.concatenate([*owners, np.empty(0, np.int32)]).astype(np.int32)[order]
    nearness = np.empty(len(order), dtype=np.float32)
    for start in range(0, len(order), 1 << 16):
        part = slice(start, start + (1 << 16))
        pairs = vacancy[order[part]]
        nearness[part] = np.einsum("ij,ij->i", effects.vectors[effect_of[part]], vacancy_vectors[pairs])
    return TouchedVacancies(
        first=np.concatenate([[0], np.cumsum(np.bincount(vacancy, minlength=len(vacancies)))]).astype(np.int64),
        effect=effect_of,
        nearness=nearness,
        replaced=np.concatenate([*replaced, np.empty(0, np.float32)]).astype(np.float32)[order],
    )


@cache
def minor_groups() -> npt.NDArray[np.int64]:
    """Number of the minor group of every occupation of the reference table, int64 (occupations,); read-only."""
    groups = pd.factorize(load_occupations()["code"].str.rsplit("-", n=1).str[0])[0].astype(np.int64)
    groups.flags.writeable = False
    return groups
