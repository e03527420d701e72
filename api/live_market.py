"""The market as it stands this second: the prepared market plus every change of the database since.

What a request reads is one immutable `LiveState`; a refresh builds the next one beside it and puts it in
its place, so that requests never see half a change and never wait for each other's reading.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from api.bootstrap import Services
from data.columns import Records
from data.market import Market, market_from_records
from data.storage.record_repository import current_revision, erased_since, load_records
from data.storage.run_repository import MatchRun, published_run, run_prices
from models.embedder import encode
from models.job_text import seeker_texts, vacancy_texts

Vectors = npt.NDArray[np.float32]
Embed = Callable[[Market], tuple[Vectors, Vectors]]
"""Vectors of a market's seekers and vacancies, float32, row for row."""


@dataclass(frozen=True)
class LiveState:
    """A market with its vectors, row for row, and the prices of the published run.

    `revision` is the newest change of the database that it contains. `prices` (float64, one a vacancy,
    expected placements) is 0 for vacancies that the run did not know, and None before the first run.
    """

    market: Market
    seeker_vectors: Vectors
    vacancy_vectors: Vectors
    revision: int
    run: MatchRun | None = None
    run_prices: pd.Series[float] | None = None
    prices: npt.NDArray[np.float64] | None = None


class LiveMarket:
    """Keeps a `LiveState` up to date. Safe to share between threads.

    Parameters
    ----------
    today
        The clock: at a new day the market is frozen anew, for validity dates begin and end.
    """

    def __init__(self, services: Services, today: Callable[[], date] = date.today) -> None:
        self._services = services
        self._today = today
        self._state: LiveState | None = None
        self._lock = threading.Lock()

    def current(self) -> LiveState:
        """The market with every change that was committed before this call.

        Raises
        ------
        UnavailableError
            The database or a model is missing.
        """
        engine = self._services.engine
        with engine.connect() as connection:
            if (state := self._state) and self._is_current(state, connection):
                return state
        with self._lock, engine.connect() as connection:
            # One snapshot for all reads, begun inside the lock: a seeker is not seen without the experience
            # stored with him, and no snapshot is older than the state that it advances.
            connection.execution_options(isolation_level="REPEATABLE READ")
            state = self._state or self._load()
            if not self._is_current(state, connection):
                state = self._advance(state, connection)
            self._state = state
            return state

    def embed_seekers(self, market: Market) -> Vectors:
        """Vectors of a market's seekers."""
        return encode(self._services.embedder, seeker_texts(market.seekers, market.experience))

    def embed(self, market: Market) -> tuple[Vectors, Vectors]:
        """Vectors of a market's seekers and vacancies."""
        return self.embed_seekers(market), encode(self._services.embedder, vacancy_texts(market.vacancies))

    def _is_current(self, state: LiveState, connection: Connection) -> bool:
        return (
            state.revision >= current_revision(connection)
            and _run_id(state.run) == _run_id(published_run(connection))
            and state.market.as_of == self._today()
        )

    def _load(self) -> LiveState:
        prepared = self._services.prepared_market(self._today())
        return LiveState(
            market=prepared.market,
            # Copies: the index that these are views of is not kept.
            seeker_vectors=prepared.seekers.vectors.copy(),
            vacancy_vectors=prepared.vacancies.vectors.copy(),
            revision=prepared.revision,
        )

    def _advance(self, state: LiveState, connection: Connection) -> LiveState:
        revision = current_revision(connection)
        if state.revision < revision:
            changed = load_records(connection, changed_since=state.revision)
            erased = erased_since(connection, state.revision)
            state = replace(merge_changes(state, changed, self.embed, erased), revision=revision)
        today = self._today()
        if state.market.as_of != today:
            state = freeze_anew(state, load_records(connection), today, self.embed)
        run = published_run(connection)
        if _run_id(state.run) != _run_id(run):
            state = replace(state, run=run, run_prices=run_prices(connection, run.run_id) if run else None)
        return _with_prices(state)


def merge_changes(state: LiveState, changed: Records, embed: Embed, erased: Sequence[str] = ()) -> LiveState:
    """`state` with the seekers and vacancies of `changed` in the place of those of the same identifier.

    What is closed in `changed`, or not open on the market's day, goes, and so do the seekers `erased`. Only
    what is new is embedded.
    """
    fresh = market_from_records(changed, state.market.as_of)
    fresh_seeker_vectors, fresh_vacancy_vectors = embed(fresh)
    market = state.market
    vacancies, vacancy_vectors, _ = _merge(
        (market.vacancies, state.vacancy_vectors), (fresh.vacancies, fresh_vacancy_vectors),
        changed.vacancies["vacancy_id"],
    )  # fmt: skip
    gone_or_changed = pd.concat([changed.seekers["seeker_id"], pd.Series(erased, dtype="string")])
    seekers, seeker_vectors, order = _merge(
        (market.seekers, state.seeker_vectors), (fresh.seekers, fresh_seeker_vectors), gone_or_changed
    )
    experience = market.experience if gone_or_changed.empty else _merge_experience(market, fresh, order)
    return replace(
        state,
        market=replace(market, seekers=seekers, experience=experience, vacancies=vacancies, courses=fresh.courses),
        seeker_vectors=seeker_vectors,
        vacancy_vectors=vacancy_vectors,
    )


def freeze_anew(state: LiveState, records: Records, as_of: date, embed: Embed) -> LiveState:
    """The market of `records` on `as_of`; vectors are taken over from `state`, for texts do not depend on the day.

    `state` must hold every change that `records` holds.
    """
    market = market_from_records(records, as_of)
    known = (
        ("seekers", "seeker_id", state.market.seekers, state.seeker_vectors),
        ("vacancies", "vacancy_id", state.market.vacancies, state.vacancy_vectors),
    )
    absent = {name: ~getattr(market, name)[key].isin(table[key]).to_numpy(bool) for name, key, table, _ in known}
    newly_open = _rows_of_market(market, np.flatnonzero(absent["seekers"]), np.flatnonzero(absent["vacancies"]))
    vectors = []
    for (name, key, table, old), fresh in zip(known, embed(newly_open), strict=True):
        rows = pd.Index(table[key]).get_indexer(pd.Index(getattr(market, name)[key]))
        merged = np.empty((len(rows), old.shape[1]), dtype=np.float32)
        merged[~absent[name]] = old[rows[~absent[name]]]
        merged[absent[name]] = fresh
        vectors.append(merged)
    return replace(state, market=market, seeker_vectors=vectors[0], vacancy_vectors=vectors[1])


def _run_id(run: MatchRun | None) -> str | None:
    return run.run_id if run else None


def one_seeker(state: LiveState, row: int) -> tuple[Market, Vectors]:
    """The market with one of its seekers only, and that seeker's vector (1, d)."""
    market = _rows_of_market(state.market, np.array([row]), None)
    return market, np.ascontiguousarray(state.seeker_vectors[row : row + 1])


def _rows_of_market(market: Market, seekers: npt.NDArray[np.int64], vacancies: npt.NDArray[np.int64] | None) -> Market:
    owner = market.experience["seeker"].to_numpy()
    start, stop = np.searchsorted(owner, seekers, "left"), np.searchsorted(owner, seekers, "right")
    rows = np.concatenate([np.arange(a, b) for a, b in zip(start, stop, strict=True)] or [np.arange(0)])
    experience = market.experience.iloc[rows].reset_index(drop=True)
    experience["seeker"] = np.repeat(np.arange(len(seekers), dtype="int32"), stop - start)
    return replace(
        market,
        seekers=market.seekers.iloc[seekers].reset_index(drop=True),
        experience=experience,
        vacancies=market.vacancies if vacancies is None else market.vacancies.iloc[vacancies].reset_index(drop=True),
    )


def _merge(
    old: tuple[pd.DataFrame, Vectors], fresh: tuple[pd.DataFrame, Vectors], changed: pd.Series[str]
) -> tuple[pd.DataFrame, Vectors, npt.NDArray[np.int64]]:
    """Merged table, still sorted by its identifier, its vectors, and where each row came from.

    The third part counts rows of `old` from 0 and, after them, rows of `fresh`.
    """
    (old_table, old_vectors), (fresh_table, fresh_vectors) = old, fresh
    everything = np.arange(len(old_table))
    if changed.empty:
        return old_table, old_vectors, everything
    key = str(old_table.columns[0])
    kept = everything[~old_table[key].isin(changed).to_numpy(bool)]
    places = np.searchsorted(old_table[key].to_numpy(object)[kept], fresh_table[key].to_numpy(object))
    order = np.insert(kept, places, len(old_table) + np.arange(len(fresh_table)))
    table = pd.concat([old_table, fresh_table], ignore_index=True).iloc[order].reset_index(drop=True)
    is_old = order < len(old_table)
    vectors = np.empty((len(order), old_vectors.shape[1]), dtype=np.float32)
    vectors[is_old] = old_vectors[order[is_old]]
    vectors[~is_old] = fresh_vectors[order[~is_old] - len(old_table)]
    return table, vectors, order


def _merge_experience(market: Market, fresh: Market, order: npt.NDArray[np.int64]) -> pd.DataFrame:
    new_row = np.full(len(market.seekers) + len(fresh.seekers), -1, dtype="int32")
    new_row[order] = np.arange(len(order), dtype="int32")
    held = pd.concat(
        [market.experience, fresh.experience.assign(seeker=fresh.experience["seeker"] + len(market.seekers))],
        ignore_index=True,
    )
    held["seeker"] = new_row[held["seeker"].to_numpy()]
    return held[held["seeker"] >= 0].sort_values("seeker", kind="stable", ignore_index=True)


def _with_prices(state: LiveState) -> LiveState:
    if state.run_prices is None:
        return replace(state, prices=None)
    prices = state.run_prices.reindex(state.market.vacancies["vacancy_id"]).fillna(0.0)
    return replace(state, prices=prices.to_numpy().astype(np.float64))
