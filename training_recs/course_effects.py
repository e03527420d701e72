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
from models.pair_features import relation

Vectors = npt.NDArray[np.float32]
PIECE = 512
"""Most vacancies of a piece: their vectors stay near the processor while it goes through a block of seekers."""


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
    """The vacancies on which any effect bears, those for which effects mean the same side by side, in pieces.

    Vacancies of piece p are `vacancy[first[p]:first[p + 1]]` (int32 rows); the effects that bear on them are
    `effect[first_effect[p]:first_effect[p + 1]]` (int32, rising). `replaced` float32, effect by effect: years of
    required experience that it stands for there. `same_as` int32: the first of the piece's effects that tells the
    ranker the same of these vacancies, so that it is asked once for all of them.
    """

    first: npt.NDArray[np.int64]
    vacancy: npt.NDArray[np.int32]
    first_effect: npt.NDArray[np.int64]
    effect: npt.NDArray[np.int32]
    replaced: npt.NDArray[np.float32]
    same_as: npt.NDArray[np.int32]


def touched_vacancies(effects: Effects, vacancies: pd.DataFrame) -> TouchedVacancies:
    """An effect bears on vacancies that require one of its credentials, and on those of its minor group.

    Parameters
    ----------
    vacancies
        A MARKET_VACANCIES table.
    """
    occupation, required = vacancies["occupation"].to_numpy(), vacancies["credential_mask"].to_numpy(np.uint64)
    kind = pd.DataFrame({"occupation": occupation, "required": required}).groupby(["occupation", "required"]).ngroup()
    order = np.argsort(kind.to_numpy(), kind="stable")
    starts = np.flatnonzero(np.diff(kind.to_numpy()[order], prepend=-1))
    group = np.append(minor_groups(), -2)  # row −1, unknown, is in no group
    of_effect = np.where(effects.occupation >= 0, group[effects.occupation], -1)
    pieces: list[npt.NDArray[np.int64]] = []
    bearing: list[npt.NDArray[np.int32]] = []
    replaced: list[npt.NDArray[np.float32]] = []
    same_as: list[npt.NDArray[np.int32]] = []
    for rows in np.split(order, starts[1:]) if len(order) else []:
        trade, mask = occupation[rows[0]], required[rows[0]]
        in_group = of_effect == group[trade]
        bears = np.flatnonzero(in_group | (effects.credentials & mask != 0)).astype(np.int32)
        if not len(bears):
            continue
        same = _same_as(effects, bears, int(trade), mask)
        for start in range(0, len(rows), PIECE):
            pieces.append(rows[start : start + PIECE])
            bearing.append(bears)
            replaced.append(np.where(in_group[bears], effects.replaced_years[bears], np.float32(0)))
            same_as.append(same)
    return TouchedVacancies(
        first=np.cumsum([0, *map(len, pieces)]).astype(np.int64),
        vacancy=np.concatenate([*pieces, np.empty(0)]).astype(np.int32),
        first_effect=np.cumsum([0, *map(len, bearing)]).astype(np.int64),
        effect=np.concatenate([*bearing, np.empty(0)]).astype(np.int32),
        replaced=np.concatenate([*replaced, np.empty(0)]).astype(np.float32),
        same_as=np.concatenate([*same_as, np.empty(0)]).astype(np.int32),
    )


def _same_as(effects: Effects, bears: npt.NDArray[np.int32], trade: int, mask: np.uint64) -> npt.NDArray[np.int32]:
    """What `models.pair_features` reads of a training: credentials that are asked for, and the related job."""
    near = relation(effects.occupation[bears], np.full(len(bears), trade))
    near = np.where((effects.counted_years[bears] > 0) & ~np.isnan(near), near, np.float32(-1))
    told = zip(
        (effects.credentials[bears] & mask).tolist(), near.tolist(),
        np.where(near >= 0, effects.counted_years[bears], 0).tolist(), strict=True,
    )  # fmt: skip
    first: dict[tuple[int, float, float], int] = {}
    return np.array([first.setdefault(one, int(effect)) for one, effect in zip(told, bears, strict=True)], np.int32)


@cache
def minor_groups() -> npt.NDArray[np.int64]:
    """Number of the minor group of every occupation of the reference table, int64 (occupations,); read-only."""
    groups = pd.factorize(load_occupations()["code"].str.rsplit("-", n=1).str[0])[0].astype(np.int64)
    groups.flags.writeable = False
    return groups
