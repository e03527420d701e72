"""The market at one revision: a base that is never changed nor copied, and the little that differs from it.

The base stays memory-mapped as it was prepared. What was posted or changed since is in a small second market, the
delta; rows of the base that a change has replaced, closed or erased are marked, and no answer reads them. A row is
alive in one of the two or in none, so both together are the market frozen anew (a property test says so).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.embedded_market import EmbeddedMarket, Kind, RowNumbers, Vectors, joined
from data.columns import Records
from data.market import Market, market_from_records
from data.storage.run_repository import MatchRun
from training_recs.course_value import Prospects

Embed = Callable[[Market], tuple[Vectors, Vectors]]
"""Vectors of a market's seekers and vacancies, float32, row for row."""
KINDS: tuple[Kind, Kind] = ("seekers", "vacancies")
_NOTHING = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Rows:
    """Rows of one table, ascending: those in the base and those in the delta."""

    base: RowNumbers
    delta: RowNumbers


NO_ROWS = Rows(_NOTHING, _NOTHING)


@dataclass(frozen=True)
class LiveState:
    """The market with every change up to `revision`. Immutable: the next change makes the next state.

    Attributes
    ----------
    dead
        bool, one a row of the base's table: replaced, closed or erased since.
    revision
        The newest change of the database that it contains.
    day
        The day on which what is answered must be open. While the base of a new day is being made it is one ahead
        of `as_of`, the day whose facts these are.
    run_prices
        Price of each vacancy that the published run knew, by identifier; none before the first run.
    """

    base: EmbeddedMarket
    delta: EmbeddedMarket
    dead: Mapping[Kind, npt.NDArray[np.bool_]]
    revision: int
    day: date
    run: MatchRun | None = None
    run_prices: pd.Series[float] | None = None

    @classmethod
    def of(cls, base: EmbeddedMarket, revision: int) -> LiveState:
        """A base that nothing has changed yet."""
        dead = {kind: np.zeros(len(base.identifiers[kind]), dtype=bool) for kind in KINDS}
        return cls(base, base.select(_NOTHING, _NOTHING), dead, revision, day=base.market.as_of)

    @property
    def as_of(self) -> date:
        """The day whose facts these are."""
        return self.base.market.as_of

    @property
    def changed_rows(self) -> int:
        """Rows by which it differs from its base: what a new base would settle."""
        return sum(int(self.dead[kind].sum()) + len(self.delta.identifiers[kind]) for kind in KINDS)

    def alive(self, kind: Kind) -> Rows:
        """All rows of a table that are in the market."""
        return Rows(np.flatnonzero(~self.dead[kind]), np.arange(len(self.delta.identifiers[kind])))

    def count(self, kind: Kind) -> int:
        """How many there are."""
        return int((~self.dead[kind]).sum()) + len(self.delta.identifiers[kind])

    def find(self, kind: Kind, identifier: str) -> Rows | None:
        """The row of one seeker or vacancy; None where it is not in the market."""
        if (row := self.delta.find(kind, [identifier])[0]) >= 0:
            return Rows(_NOTHING, np.array([row]))
        row = self.base.find(kind, [identifier])[0]
        return None if row < 0 or self.dead[kind][row] else Rows(np.array([row]), _NOTHING)

    def gather(self, seekers: Rows, vacancies: Rows) -> EmbeddedMarket:
        """A market of these rows alone, sorted by identifier as every market is."""
        return joined(
            self.base.select(seekers.base, vacancies.base),
            self.delta.select(seekers.delta, vacancies.delta),
        )

    def as_one(self) -> EmbeddedMarket:
        """All of it as one market: copies everything."""
        return self.gather(self.alive("seekers"), self.alive("vacancies"))

    @cached_property
    def all_vacancies(self) -> EmbeddedMarket:
        """Every vacancy and no seeker, for what counts over the whole market.

        Copies the vacancies and their vectors once a state, and only when asked for; the base itself where no
        vacancy differs from it.
        """
        if self.dead["vacancies"].any() or len(self.delta.market.vacancies):
            return self.gather(NO_ROWS, self.alive("vacancies"))
        nobody = self.gather(NO_ROWS, NO_ROWS)
        return EmbeddedMarket(
            replace(nobody.market, vacancies=self.base.market.vacancies),
            nobody.seeker_vectors,
            self.base.vacancy_vectors,
        )

    @property
    def usual(self) -> Prospects | None:
        """What the list of an average person brought in the published run; None before the first one with people."""
        found = self.run.summary.get("usual_prospects") if self.run else None
        return Prospects(**found) if found else None

    def prices(self, market: Market) -> npt.NDArray[np.float64] | None:
        """What one more opening of each vacancy of `market` is worth, expected placements, float64 (vacancies,).

        0 for vacancies that the published run did not know; None before the first run.
        """
        if self.run_prices is None:
            return None
        return self.run_prices.reindex(market.vacancies["vacancy_id"]).fillna(0.0).to_numpy().astype(np.float64)


def merge_changes(
    state: LiveState, changed: Records, embed: Embed, *, as_of: date, erased: Sequence[str] = ()
) -> LiveState:
    """`state` with the seekers and vacancies of `changed` in the place of those of the same identifier.

    What is closed in `changed`, or not open on `as_of`, goes, and so do the seekers `erased`: from every answer at
    once, and from the base and its files with the next base that is made. Only what is new is embedded. The work
    and the memory are those of the delta and of a byte for each row of the base.
    """
    fresh_market = market_from_records(changed, as_of)
    fresh = EmbeddedMarket(fresh_market, *embed(fresh_market))
    gone: dict[Kind, list[str]] = {
        "seekers": [*changed.seekers["seeker_id"], *erased],
        "vacancies": [*changed.vacancies["vacancy_id"]],
    }
    kept = [
        np.setdiff1d(state.alive(kind).delta, state.delta.find(kind, identifiers)) for kind, identifiers in gone.items()
    ]
    dead = {kind: _marked(state, kind, identifiers) for kind, identifiers in gone.items()}
    return replace(state, delta=joined(state.delta.select(*kept), fresh), dead=dead)


def freeze_anew(state: LiveState, records: Records, as_of: date, embed: Embed) -> EmbeddedMarket:
    """The market of `records` on `as_of`; vectors are taken over from `state`, for texts do not depend on the day.

    `state` must hold every change that `records` holds. Only what was not in the market is embedded.
    """
    market = market_from_records(records, as_of)
    everything = EmbeddedMarket(
        market,
        *(
            np.empty((len(table), state.base.vacancy_vectors.shape[1]), np.float32)
            for table in (market.seekers, market.vacancies)
        ),
    )
    absent = [_take_over(state, everything, kind) for kind in KINDS]
    for kind, rows, fresh in zip(KINDS, absent, embed(everything.select(*absent).market), strict=True):
        everything.vectors(kind)[rows] = fresh
    return everything


def _take_over(state: LiveState, everything: EmbeddedMarket, kind: Kind) -> RowNumbers:
    """Fill in the vectors that the state knows; the rows that it does not."""
    identifiers = everything.identifiers[kind]
    alive = state.alive(kind)
    in_base, in_delta = (part.find(kind, identifiers) for part in (state.base, state.delta))
    in_base[np.isin(in_base, alive.base, invert=True)] = -1
    for part, rows in ((state.base, in_base), (state.delta, in_delta)):
        found = np.flatnonzero(rows >= 0)
        everything.vectors(kind)[found] = part.vectors(kind)[rows[found]]
    return np.flatnonzero((in_base < 0) & (in_delta < 0))


def _marked(state: LiveState, kind: Kind, identifiers: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which rows of the base are dead once these identifiers are."""
    rows = state.base.find(kind, identifiers)
    if not (rows >= 0).any():
        return state.dead[kind]
    dead = state.dead[kind].copy()
    dead[rows[rows >= 0]] = True
    return dead
