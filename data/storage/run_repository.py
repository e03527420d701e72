"""Match runs and what they published. A run is visible only when it is whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from data.columns import Column, Table
from data.records import RunStatus
from data.storage import tables
from data.storage.record_repository import copy_frame

_PROBABILITY = Column("Float64", "0 to 1", low=0, high=1)
_TEXT = Column("string", "identifier")

MATCHES = Table(
    "matches",
    {
        "seeker_id": _TEXT,
        "vacancy_id": _TEXT,
        "position": Column("Int32", "place in the seeker's list, from 1", low=1),
        "similarity": Column("Float64", "cosine of the two texts"),
        "p_accept": _PROBABILITY,
        "p_hire": _PROBABILITY,
        "score": _PROBABILITY,
        "unknown_rules": Column("Int32", "bit = rule whose answer is to be asked", low=0),
    },
)
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
    """Note that a run has started; readers do not see it."""
    with engine.begin() as connection:
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
    engine: Engine, run_id: str, *, matches: pd.DataFrame, prices: pd.DataFrame, utilities: pd.DataFrame,
    summary: dict[str, Any],
) -> None:  # fmt: skip
    """Make the run the one that readers see, in one transaction; the one before it is superseded.

    Raises
    ------
    DataError
        A table is not laid out as `MATCHES`, `VACANCY_PRICES`, `SEEKER_UTILITIES`.
    """
    runs = tables.match_runs
    contents = ((MATCHES, matches), (VACANCY_PRICES, prices), (SEEKER_UTILITIES, utilities))
    with engine.begin() as connection:
        for layout, frame in contents:
            checked = layout.check(frame)
            checked.insert(0, "run_id", run_id)
            copy_frame(connection, layout.name, checked)
        connection.execute(
            update(runs).where(runs.c.status == str(RunStatus.PUBLISHED)).values(status=str(RunStatus.SUPERSEDED))
        )
        connection.execute(
            update(runs)
            .where(runs.c.run_id == run_id)
            .values(status=str(RunStatus.PUBLISHED), finished_at=func.now(), summary=summary)
        )


def fail_run(engine: Engine, run_id: str) -> None:
    """Note that the run ended without a result; what was published before stays."""
    runs = tables.match_runs
    with engine.begin() as connection:
        connection.execute(
            update(runs).where(runs.c.run_id == run_id).values(status=str(RunStatus.FAILED), finished_at=func.now())
        )


def published_run(connection: Connection) -> MatchRun | None:
    """The run that readers see; None before the first."""
    runs = tables.match_runs
    row = connection.execute(
        select(runs.c.run_id, runs.c.as_of, runs.c.summary).where(runs.c.status == str(RunStatus.PUBLISHED))
    ).one_or_none()
    return MatchRun(row.run_id, row.as_of, row.summary) if row else None


def run_prices(connection: Connection, run_id: str) -> pd.Series:
    """Price of each vacancy of the run, indexed by vacancy identifier (expected placements)."""
    prices = tables.vacancy_prices
    rows = connection.execute(select(prices.c.vacancy_id, prices.c.price).where(prices.c.run_id == run_id)).all()
    return pd.Series([row.price for row in rows], index=[row.vacancy_id for row in rows], dtype="float64")


def forget_superseded_runs(engine: Engine, *, keep: int) -> None:
    """Delete the matches of all but the newest `keep` superseded runs."""
    runs = tables.match_runs
    old = (
        select(runs.c.run_id)
        .where(runs.c.status == str(RunStatus.SUPERSEDED))
        .order_by(runs.c.started_at.desc())
        .offset(keep)
    )
    with engine.begin() as connection:
        connection.execute(delete(runs).where(runs.c.run_id.in_(old)))
