"""Keeps the market as it stands this second: the prepared market and every change of the database since.

What a request reads is one immutable `LiveState`; a change makes the next one beside it, which takes its place by one
assignment: requests never see half a change and never wait for each other's reading. Where the delta has grown large,
or a day has begun, a new base is made in the background and answers go on from the old one
meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from api.bootstrap import Services
from api.embedded_market import EmbeddedMarket, Vectors
from api.live_state import LiveState, freeze_anew, merge_changes
from api.mapped_vectors import mapped
from api.prepared_market import PreparedMarket, open_prepared, save_prepared
from data.errors import ZhuyeError
from data.market import Market
from data.storage.database import consistent_reading
from data.storage.record_repository import current_revision, erased_since, load_records
from data.storage.run_repository import MatchRun, published_run, run_prices
from models.embedder import embedder_fingerprint, encode
from models.job_text import course_texts, seeker_texts, vacancy_texts
from models.vector_index import build_index

MOST_CHANGED_SHARE = 0.05
LEAST_CHANGED_ROWS, MOST_CHANGED_ROWS = 1_000, 20_000
"""A new base is made from this share of changed rows; never below the first number, always from the second."""

PAUSE_SECONDS = 60
"""Between the beginnings of two new bases: where one cannot be written, not every request tries again."""

_log = structlog.get_logger("zhuye.live_market")


class LiveMarket:
    """Keeps a `LiveState` up to date. Safe to share between threads.

    Parameters
    ----------
    today
        The clock. At a new day the market is frozen anew in the background, for validity dates begin and end. Until
        that is done answers are of yesterday's facts, and say so (`as_of`); what is open no more is not among them,
        what is posted meanwhile is, and what was posted before to begin today follows with the new base.
    most_changed_rows
        Changed rows from which a new base is made; by default 5 % of the base, within 1,000 and 20,000.
    """

    def __init__(
        self, services: Services, today: Callable[[], date] = date.today, *, most_changed_rows: int | None = None
    ) -> None:
        self._services = services
        self._today = today
        self._most_changed_rows = most_changed_rows
        self._state: LiveState | None = None
        self._lock = threading.Lock()
        self._making: threading.Thread | None = None
        self._next_base_at = time.monotonic()

    def current(self) -> LiveState:
        """The market with every change that was committed before this call.

        Raises
        ------
        UnavailableError
            The database or a model is missing.
        """
        engine = self._services.engine
        with engine.connect() as connection:
            if (state := self._state) and self._is_current(state, connection) and not self._needs_base(state):
                return state
        with self._lock, consistent_reading(engine) as connection:
            # One snapshot for all reads, begun inside the lock: a seeker is not seen without the experience
            # stored with him, and no snapshot is older than the state that it advances.
            state = self._state or self._opened(self._services.prepared_market(self._today()))
            if not self._is_current(state, connection):
                state = self._advance(state, connection)
            self._state = state
            if self._needs_base(state):
                self._next_base_at = time.monotonic() + PAUSE_SECONDS
                self._making = threading.Thread(target=self._make_base, args=(state,), name="new base")
                self._making.start()
            return state

    def wait_for_base(self) -> None:
        """Return when no new base is being made."""
        if thread := self._making:
            thread.join()

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
            and state.day == self._today()
        )

    def _opened(self, prepared: PreparedMarket) -> LiveState:
        home = self._services.settings.home
        base = EmbeddedMarket(
            prepared.market, mapped(prepared.seekers.vectors, home), mapped(prepared.vacancies.vectors, home)
        )
        return LiveState.of(base, prepared.revision)

    def _advance(self, state: LiveState, connection: Connection) -> LiveState:
        today, revision = self._today(), current_revision(connection)
        if state.revision < revision:
            changed = load_records(connection, changed_since=state.revision)
            erased = erased_since(connection, state.revision)
            state = replace(merge_changes(state, changed, self.embed, as_of=today, erased=erased), revision=revision)
        run = published_run(connection)
        if _run_id(state.run) != _run_id(run):
            state = replace(state, run=run, run_prices=run_prices(connection, run.run_id) if run else None)
        return replace(state, day=today)

    def _needs_base(self, state: LiveState) -> bool:
        is_large = state.changed_rows >= (self._most_changed_rows or _most_changed_rows(state))
        is_due = is_large or state.as_of != state.day
        return is_due and self._making is None and time.monotonic() >= self._next_base_at

    def _make_base(self, state: LiveState) -> None:
        """Make, save and open the market of `state`, of today; then put it in the place of the base."""
        try:
            fresh = self._opened(self._saved(state))
            with self._lock, consistent_reading(self._services.engine) as connection:
                self._state = self._advance(fresh, connection)
        except (ZhuyeError, SQLAlchemyError) as error:
            # Answers go on from the base there is; a later request tries again.
            _log.warning("no_new_base", problem=str(error))
        finally:
            self._making = None

    def _saved(self, state: LiveState) -> PreparedMarket:
        """The market of `state`, on its day, as files that are then memory-mapped; nobody erased is in them."""
        if state.as_of == state.day:
            everything, revision = state.as_one(), state.revision
        else:
            with consistent_reading(self._services.engine) as connection:
                state = self._advance(state, connection)
                everything = freeze_anew(state, load_records(connection), state.day, self.embed)
                revision = state.revision
        market, embedder = everything.market, self._services.embedder
        folder = self._services.settings.market_path
        save_prepared(
            PreparedMarket(
                market=market,
                seekers=build_index(market.seekers["seeker_id"], everything.seeker_vectors),
                vacancies=build_index(market.vacancies["vacancy_id"], everything.vacancy_vectors),
                courses=build_index(market.courses["course_id"], encode(embedder, course_texts(market.courses))),
                revision=revision,
                embedder=embedder_fingerprint(self._services.settings.embedder_path),
            ),
            folder,
        )
        return open_prepared(folder)


def _most_changed_rows(state: LiveState) -> int:
    base = sum(len(rows) for rows in state.dead.values())
    return min(MOST_CHANGED_ROWS, max(LEAST_CHANGED_ROWS, int(MOST_CHANGED_SHARE * base)))


def _run_id(run: MatchRun | None) -> str | None:
    return run.run_id if run else None
