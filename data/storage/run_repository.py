"""Match runs and what they published. A run is visible only when it is whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from psycopg import sql
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    func,
    insert,
    select,
    text,
    update,
)

from data.columns import Column, Table
from data.course_columns import COURSE_RECOMMENDATIONS, COURSE_SEATS, COURSE_WAITING
from data.errors import ConflictError, NotFoundError
from data.records import RunStatus
from data.storage import tables
from data.storage.bulk import explained_failures, read_frame
from data.storage.run_partitions import (
    attach_partition,
    drop_partition,
    has_partition,
    index_partition,
    leave_out_the_erased,
    load_partition,
)

_PROBABILITY = Column("Float32", "0 to 1", low=0, high=1)
_TEXT = Column("string", "identifier")

MATCHES = Table(
    "matches",
    {
        "seeker_id": _TEXT,
        "vacancy_id": _TEXT,
        "position": Column("Int32", "place in the seeker's list, from 1", low=1),
        "is_referral": Column("bool", "chosen by the allocation, not only listed"),
        "propensity": Column(
            "Float32", "probability with which the run referred the pair; null: it is listed only", nullable=True,
            low=0, high=1,
        ),
        "similarity": Column("Float32", "cosine of the two texts"),
        "p_accept": _PROBABILITY,
        "p_hire": _PROBABILITY,
        "score": _PROBABILITY,
        "unknown_rules": Column("Int32", "bit = rule whose answer is to be asked", low=0),
    },
)  # fmt: skip
VACANCY_PRICES = Table(
    "vacancy_prices",
    {
        "vacancy_id": _TEXT,
        "capacity": Column("Int32", "most referrals", low=0),
        "referrals": Column("Int32", "referrals made", low=0),
        "price": Column("Float64", "what one more referral is worth, in expected placements", low=0),
    },
)
SEEKER_UTILITIES = Table(
    "seeker_utilities",
    {"seeker_id": _TEXT, "utility": Column("Float64", "sum of score − price over the best referrals", low=0)},
)


@dataclass(frozen=True)
class MatchRun:
    """A published run."""

    run_id: str
    as_of: date
    summary: dict[str, Any]


def begin_run(
    engine: Engine, *, run_id: str, as_of: date, seed: int, code_version: str, settings: dict[str, Any],
    models: dict[str, Any],
) -> None:  # fmt: skip
    """Note that a run has started; readers do not see it. Others that never ended count as failed from now on."""
    with engine.begin() as connection:
        connection.execute(
            update(tables.match_runs)
            .where(tables.match_runs.c.status == str(RunStatus.RUNNING))
            .values(status=str(RunStatus.FAILED), finished_at=func.now())
        )
        connection.execute(
            insert(tables.match_runs).values(
                run_id=run_id,
                as_of=as_of,
                status=str(RunStatus.RUNNING),
                seed=seed,
                code_version=code_version,
                settings=settings,
                models=models,
            )
        )


def publish_run(
    engine: Engine, run_id: str, *, matches: Iterable[pd.DataFrame], prices: pd.DataFrame, utilities: pd.DataFrame,
    summary: dict[str, Any], courses: Iterable[tuple[Table, Iterable[pd.DataFrame]]] = (),
) -> None:  # fmt: skip
    """Make the run the one that readers see, in one transaction; the one before it is superseded.

    Rows of people who were erased while the run computed are left out.

    Parameters
    ----------
    matches
        The run's lists in any number of parts, each laid out as `MATCHES`; taken one after another.
    courses
        Some of `data.course_columns`, each with its parts; none where the city has no courses.

    Raises
    ------
    DataError
        A table is not laid out as it should be, or names what is not stored.
    ConflictError
        The run has ended already, or never began.
    """
    contents = ((MATCHES, matches), (VACANCY_PRICES, [prices]), (SEEKER_UTILITIES, [utilities]), *courses)
    with explained_failures(), engine.begin() as connection:
        # One run is published at a time; readers go on reading.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('zhuye publish'))"))
        _check_running(connection, run_id)
        for layout, frames in contents:
            load_partition(connection, layout, frames, run_id)
            index_partition(connection, layout, run_id)
        for layout, _ in contents:
            leave_out_the_erased(connection, layout, run_id)
            attach_partition(connection, layout, run_id)
        runs = tables.match_runs
        connection.execute(
            update(runs).where(runs.c.status == str(RunStatus.PUBLISHED)).values(status=str(RunStatus.SUPERSEDED))
        )
        _end_run(connection, run_id, RunStatus.PUBLISHED, summary)


def _check_running(connection: Connection, run_id: str) -> None:
    if run_status(connection, run_id) != RunStatus.RUNNING:
        raise _not_running(run_id)


def _not_running(run_id: str) -> ConflictError:
    return ConflictError(f"run {run_id} is not running", remedy="begin a run under a new identifier")


def run_status(connection: Connection, run_id: str) -> RunStatus | None:
    """How far the run is; None where there is none of that name."""
    runs = tables.match_runs
    status = connection.execute(select(runs.c.status).where(runs.c.run_id == run_id)).scalar()
    return RunStatus(status) if status is not None else None


def resume_run(engine: Engine, run_id: str) -> None:
    """Note that a run that failed goes on; one that was merely killed is running still.

    Raises
    ------
    ConflictError
        The run was published already, or never began.
    """
    runs = tables.match_runs
    unfinished = (str(RunStatus.RUNNING), str(RunStatus.FAILED))
    with engine.begin() as connection:
        resumed = connection.execute(
            update(runs)
            .where(runs.c.run_id == run_id, runs.c.status.in_(unfinished))
            .values(status=str(RunStatus.RUNNING), finished_at=None)
        )
        if not resumed.rowcount:
            raise ConflictError(f"run {run_id} cannot go on", remedy="start a new one: zhuye rematch --fresh")


def fail_run(engine: Engine, run_id: str) -> None:
    """Note that the run ended without a result; what was published before stays.

    Raises
    ------
    ConflictError
        The run has ended already, or never began.
    """
    with engine.begin() as connection:
        _end_run(connection, run_id, RunStatus.FAILED, None)


def _end_run(connection: Connection, run_id: str, status: RunStatus, summary: dict[str, Any] | None) -> None:
    runs = tables.match_runs
    ended = connection.execute(
        update(runs)
        .where(runs.c.run_id == run_id, runs.c.status == str(RunStatus.RUNNING))
        .values(status=str(status), finished_at=func.now(), summary=summary)
    )
    if not ended.rowcount:
        raise _not_running(run_id)


def published_run(connection: Connection) -> MatchRun | None:
    """The run that readers see; None before the first."""
    runs = tables.match_runs
    row = connection.execute(
        select(runs.c.run_id, runs.c.as_of, runs.c.summary).where(runs.c.status == str(RunStatus.PUBLISHED))
    ).one_or_none()
    return MatchRun(row.run_id, row.as_of, row.summary) if row else None


def finished_run(connection: Connection, run_id: str) -> MatchRun:
    """A run that was published, then or now.

    Raises
    ------
    NotFoundError
        There is no such run, or it was never published; names the newest that were.
    """
    runs = tables.match_runs
    published = runs.c.status.in_((str(RunStatus.PUBLISHED), str(RunStatus.SUPERSEDED)))
    row = connection.execute(
        select(runs.c.run_id, runs.c.as_of, runs.c.summary).where(runs.c.run_id == run_id, published)
    ).one_or_none()
    if row is None:
        newest = connection.execute(select(runs.c.run_id).where(published).order_by(runs.c.started_at.desc()).limit(5))
        known = ", ".join(newest.scalars()) or "none yet: zhuye rematch"
        raise NotFoundError(f"no published run {run_id}", remedy=f"the newest runs: {known}")
    return MatchRun(row.run_id, row.as_of, row.summary)


def seeker_matches(connection: Connection, run_id: str, seeker_id: str) -> pd.DataFrame:
    """The seeker's list in the run, best first, laid out as `MATCHES`; empty where he has none."""
    return _matches(connection, run_id, tables.matches.c.seeker_id == seeker_id, tables.matches.c.position)


def vacancy_candidates(connection: Connection, run_id: str, vacancy_id: str) -> pd.DataFrame:
    """The people whose lists in the run name the vacancy, likeliest placement first, laid out as `MATCHES`."""
    return _matches(connection, run_id, tables.matches.c.vacancy_id == vacancy_id, tables.matches.c.score.desc())


def _matches(
    connection: Connection, run_id: str, which: ColumnElement[bool], order: ColumnElement[Any]
) -> pd.DataFrame:
    table = tables.matches
    wanted = [table.c[name] for name in MATCHES.columns]
    query = (
        select(*wanted).where(table.c.run_id == run_id, which).order_by(order, table.c.seeker_id, table.c.vacancy_id)
    )
    rows = connection.execute(query).all()
    return MATCHES.check(pd.DataFrame([tuple(row) for row in rows], columns=list(MATCHES.columns)))


def prices_of(connection: Connection, run_id: str, vacancy_ids: Sequence[str]) -> dict[str, float]:
    """Price of these vacancies in the run, expected placements; those that it did not price are absent."""
    table = tables.vacancy_prices
    query = select(table.c.vacancy_id, table.c.price).where(
        table.c.run_id == run_id, table.c.vacancy_id.in_(vacancy_ids)
    )
    return {row.vacancy_id: row.price for row in connection.execute(query)}


def run_prices(connection: Connection, run_id: str) -> pd.Series[float]:
    """Price of each vacancy of the run, indexed by vacancy identifier (float64, expected placements)."""
    return _read(connection, VACANCY_PRICES, run_id).set_index("vacancy_id")["price"].astype("float64")


def run_referrals(connection: Connection, run_id: str) -> pd.Series[float]:
    """Referrals to each vacancy of the run, indexed by vacancy identifier (float64)."""
    return _read(connection, VACANCY_PRICES, run_id).set_index("vacancy_id")["referrals"].astype("float64")


def run_utilities(connection: Connection, run_id: str) -> pd.Series[float]:
    """Utility of each seeker of the run, indexed by seeker identifier (float64, expected placements)."""
    return _read(connection, SEEKER_UTILITIES, run_id).set_index("seeker_id")["utility"].astype("float64")


def _read(connection: Connection, layout: Table, run_id: str) -> pd.DataFrame:
    names = ", ".join(layout.columns)
    run = sql.Literal(run_id).as_string()
    return layout.check(
        read_frame(connection, layout, f"SELECT {names} FROM {layout.name} WHERE run_id = {run} ORDER BY 1")
    )


_PUBLISHED = (MATCHES, VACANCY_PRICES, SEEKER_UTILITIES, COURSE_RECOMMENDATIONS, COURSE_SEATS, COURSE_WAITING)
_KEEP_FIRST_REFERRALS = text(
    "INSERT INTO past_referrals (seeker_id, vacancy_id, run_id, position, propensity) "
    "SELECT seeker_id, vacancy_id, run_id, position, propensity FROM matches WHERE run_id = :run_id AND is_referral "
    "ON CONFLICT DO NOTHING"
)


def drop_superseded_lists(engine: Engine, *, keep: int) -> list[str]:
    """Delete the lists, prices, utilities and courses of all but the newest `keep` superseded runs; returns those runs.

    The runs themselves stay with their summaries: referrals of the ledger name them, and evaluation compares them. Of
    the lists, each pair's first referral stays (`past_referrals`): what came of it is reported months later.
    """
    runs = tables.match_runs
    old = (
        select(runs.c.run_id)
        .where(runs.c.status == str(RunStatus.SUPERSEDED))
        .order_by(runs.c.started_at.desc())
        .offset(keep)
    )
    with engine.begin() as connection:
        dropped = [run_id for run_id in connection.execute(old).scalars() if has_partition(connection, MATCHES, run_id)]
        for run_id in reversed(dropped):  # the oldest first
            connection.execute(_KEEP_FIRST_REFERRALS, {"run_id": run_id})
            for layout in _PUBLISHED:
                drop_partition(connection, layout, run_id)
    return dropped
