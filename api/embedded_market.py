"""A market with the vectors of its seekers and vacancies: choosing rows of one, and joining two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.market import Market
from matching.eligibility import seeker_records

Vectors = npt.NDArray[np.float32]
RowNumbers = npt.NDArray[np.int64]
Kind = Literal["seekers", "vacancies"]
Order = npt.NDArray[np.int64]


@dataclass(frozen=True)
class EmbeddedMarket:
    """`seeker_vectors` and `vacancy_vectors`, float32 (n, d), are row for row with the market's tables."""

    market: Market
    seeker_vectors: Vectors
    vacancy_vectors: Vectors

    @cached_property
    def seeker_rules(self) -> npt.NDArray[Any]:
        """What the hard rules read of every seeker (`matching.rules.SEEKER_RECORD`, 96 bytes), kept once made."""
        return seeker_records(self.market.seekers)

    @cached_property
    def identifiers(self) -> dict[Kind, npt.NDArray[np.object_]]:
        """Identifiers of both tables, row for row, as arrays that can be searched."""
        market = self.market
        return {
            "seekers": market.seekers["seeker_id"].to_numpy(object),
            "vacancies": market.vacancies["vacancy_id"].to_numpy(object),
        }

    def find(self, kind: Kind, wanted: Iterable[str]) -> RowNumbers:
        """Row of each identifier, int64; −1 where it is not in the market."""
        known = self.identifiers[kind]
        asked = np.array([*wanted], dtype=object)
        if not len(known):
            return np.full(len(asked), -1)
        rows = np.minimum(np.searchsorted(known, asked), len(known) - 1)
        return np.where(known[rows] == asked, rows, -1)

    def vectors(self, kind: Kind) -> Vectors:
        """Those of one table."""
        return self.seeker_vectors if kind == "seekers" else self.vacancy_vectors

    def select(self, seekers: RowNumbers, vacancies: RowNumbers) -> EmbeddedMarket:
        """These rows of both tables, ascending, with their vectors and the experience of these seekers."""
        return EmbeddedMarket(
            self.market.of(seekers, vacancies),
            self.seeker_vectors[seekers],
            self.vacancy_vectors[vacancies],
        )


def joined(first: EmbeddedMarket, second: EmbeddedMarket) -> EmbeddedMarket:
    """Everybody and everything of both, which share no identifier, sorted by it; day of `first`, courses of `second`.

    The tables are those that `market_from_records` makes of the records of both. A table to which the other market
    adds nothing is passed on, not copied.
    """
    old, new = first.market, second.market
    seekers, order = _joined(old.seekers, new.seekers)
    vacancies, vacancy_order = _joined(old.vacancies, new.vacancies)
    return EmbeddedMarket(
        replace(
            old,
            seekers=seekers,
            experience=_joined_experience(old, new, order),
            vacancies=vacancies,
            courses=new.courses,
        ),
        _joined_vectors(first.seeker_vectors, second.seeker_vectors, order),
        _joined_vectors(first.vacancy_vectors, second.vacancy_vectors, vacancy_order),
    )


def _joined(first: pd.DataFrame, second: pd.DataFrame) -> tuple[pd.DataFrame, Order]:
    """The table, and where each row came from: rows of `first` from 0 and, after them, rows of `second`."""
    order = np.arange(len(first) + len(second))
    if not len(second):
        return first, order
    if not len(first):
        return second, order
    key = str(first.columns[0])
    # A stable sort of objects joins runs that are sorted already, as both of these are.
    order = np.argsort(pd.concat([first[key], second[key]]).to_numpy(object), kind="stable")
    return pd.concat([first, second], ignore_index=True).iloc[order].reset_index(drop=True), order


def _joined_vectors(first: Vectors, second: Vectors, order: Order) -> Vectors:
    if not len(second):
        return first
    place = _place(order)
    vectors = np.empty((len(order), second.shape[1]), dtype=np.float32)
    vectors[place[: len(first)]] = first
    vectors[place[len(first) :]] = second
    return vectors


def _joined_experience(old: Market, new: Market, order: Order) -> pd.DataFrame:
    if not len(new.seekers):
        return old.experience
    moved = new.experience.assign(seeker=new.experience["seeker"] + np.int32(len(old.seekers)))
    held = pd.concat([old.experience, moved], ignore_index=True) if len(old.experience) else moved
    held["seeker"] = _place(order).astype("int32")[held["seeker"].to_numpy()]
    return held.sort_values("seeker", kind="stable", ignore_index=True)


def _place(order: Order) -> Order:
    """Where each row goes: the inverse of where each came from."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place
