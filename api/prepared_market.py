"""The market with the vectors of everybody and everything in it: what a match reads, saved as one folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from sqlalchemy import Connection, Engine

from data.errors import NotFoundError
from data.market import Market, market_from_records
from data.snapshot import open_snapshot, write_snapshot
from data.storage.database import consistent_reading
from data.storage.record_repository import current_revision, load_records
from data.whole_folder import whole_folder
from models.embedder import encode
from models.job_text import course_texts, seeker_texts, vacancy_texts
from models.vector_index import VectorIndex, build_index, load_index, save_index

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_NOTE = "prepared.json"


@dataclass(frozen=True)
class PreparedMarket:
    """A frozen market and one vector index for each of its tables, row for row.

    `revision` is the newest change of the database that it contains; `embedder` the fingerprint of the model
    whose vectors these are.
    """

    market: Market
    seekers: VectorIndex
    vacancies: VectorIndex
    courses: VectorIndex
    revision: int
    embedder: str


def prepare_market(engine: Engine, embedder: SentenceTransformer, as_of: date, *, fingerprint: str) -> PreparedMarket:
    """Freeze the database as it stands on `as_of` and embed it; `fingerprint` is the embedder's."""
    with consistent_reading(engine) as connection:
        market, _, revision = freeze_market(connection, as_of)
    return PreparedMarket(
        market=market,
        seekers=build_index(
            market.seekers["seeker_id"], encode(embedder, seeker_texts(market.seekers, market.experience))
        ),
        vacancies=vacancy_index(market, embedder),
        courses=course_index(market, embedder),
        revision=revision,
        embedder=fingerprint,
    )


def freeze_market(connection: Connection, as_of: date) -> tuple[Market, pd.DataFrame, int]:
    """The database's market on `as_of`, the runs of its courses (COURSE_RUNS), and the newest change that is in it.

    `connection` is one of `database.consistent_reading`.
    """
    revision, records = current_revision(connection), load_records(connection)
    return market_from_records(records, as_of), records.course_runs, revision


def vacancy_index(market: Market, embedder: SentenceTransformer) -> VectorIndex:
    """Index of the market's vacancies."""
    return build_index(market.vacancies["vacancy_id"], encode(embedder, vacancy_texts(market.vacancies)))


def course_index(market: Market, embedder: SentenceTransformer) -> VectorIndex:
    """Index of the market's courses."""
    return build_index(market.courses["course_id"], encode(embedder, course_texts(market.courses)))


def save_prepared(prepared: PreparedMarket, folder: Path) -> None:
    """Write to `folder`, whole or not at all. Raises UnavailableError as `whole_folder`."""
    with whole_folder(folder) as fresh:
        write_snapshot(prepared.market, fresh / "snapshot")
        for name in ("seekers", "vacancies", "courses"):
            save_index(getattr(prepared, name), fresh / name)
        write_note(fresh, revision=prepared.revision, embedder=prepared.embedder)


def write_note(folder: Path, *, revision: int, embedder: str) -> None:
    """Note in a prepared market's folder which changes it contains and whose vectors."""
    note = {"revision": revision, "embedder": embedder}
    (folder / _NOTE).write_text(json.dumps(note), encoding="utf-8")


def open_prepared(folder: Path) -> PreparedMarket:
    """Open what `save_prepared` wrote, memory-mapped.

    Raises
    ------
    NotFoundError
        Nothing was prepared yet.
    """
    manifest = folder / _NOTE
    if not manifest.is_file():
        raise NotFoundError(f"no prepared market in {folder}", remedy="prepare one: zhuye rematch")
    note = json.loads(manifest.read_text(encoding="utf-8"))
    return PreparedMarket(
        market=open_snapshot(folder / "snapshot"),
        seekers=load_index(folder / "seekers"),
        vacancies=load_index(folder / "vacancies"),
        courses=load_index(folder / "courses"),
        revision=int(note["revision"]),
        embedder=str(note.get("embedder")),
    )
