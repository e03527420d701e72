"""Imports a file of what happened, or of what supports start-ups: read, store in one transaction, write the rejects."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from sqlalchemy import Connection, Engine

from api.jobs.put_startup_file import put_startup_file
from api.jobs.stages import Report
from api.jobs.whole_import import FileRows, ImportSummary, WholeImport
from data.ingest.read_file import Format, detect_format
from data.ingest.rejects import Reject, rejects_table
from data.ingest.reported_file import READERS, ReportedFile, table_format
from data.ingest.startup_files import read_startup_file
from data.records import (
    DROPOUT_NAMES_ZH,
    ENROLMENT_NAMES_ZH,
    EVENT_NAMES_ZH,
    EVIDENCE_NAMES_ZH,
    EXIT_NAMES_ZH,
    ImportOutcome,
)
from data.reported import FIELD_NAMES_ZH, Appended, Refused
from data.reported_training import TRAINING_NAMES_ZH
from data.storage.enrolment_repository import append_enrolments
from data.storage.exit_repository import append_exits
from data.storage.ledger_repository import append_events
from data.storage.order_repository import append_orders
from data.storage.personal_data import PersonalDataKey

if TYPE_CHECKING:
    from models.occupation_coder import OccupationCoder

ReportedKind = Literal["events", "destinations", "orders", "enrolments", "incubators", "mentors", "startups"]
REPORTED_KINDS: tuple[ReportedKind, ...] = get_args(ReportedKind)
_NAMES_ZH = TRAINING_NAMES_ZH | FIELD_NAMES_ZH


def import_reported(
    engine: Engine, path: Path, *, kind: ReportedKind, file_format: Format, today: date, key: PersonalDataKey,
    rejects_folder: Path, report: Report | None = None, coder: OccupationCoder | None = None,
) -> ImportSummary:  # fmt: skip
    """Import `path`. Whole or not at all, rejects apart; the same file again changes nothing.

    Trades in which people want to start are coded where a coder is given.

    Raises
    ------
    NotFoundError, DataError
        The file as a whole cannot be read; nothing was stored.
    """
    whole = WholeImport(path, kind, steps=3, report=report)
    chosen = table_format(detect_format(path) if file_format == "auto" else file_format, kind)
    file = _read(path, chosen, kind, key, today)
    whole.step_done()

    def store(connection: Connection) -> FileRows:
        appended = _append(connection, file, kind, chosen, today, coder)
        reasons = [
            (refused.row, Reject(_NAMES_ZH[refused.field], _found(refused), f"{refused.zh} / {refused.en}"))
            for refused in appended.refused
        ]
        rejects = rejects_table(sorted([*file.rejects, *reasons], key=lambda reject: reject[0]))
        stored, known = (appended.count(outcome) for outcome in (ImportOutcome.STORED, ImportOutcome.DUPLICATE))
        return FileRows(file.rows, stored, file.rows - stored - known, rejects)

    return whole.finish(engine, store, file_format=chosen, rejects_folder=rejects_folder)


def _read(path: Path, chosen: str, kind: ReportedKind, key: PersonalDataKey, today: date) -> ReportedFile:
    if kind == "incubators" or kind == "mentors" or kind == "startups":
        return read_startup_file(path, chosen, kind, pseudonym=key.pseudonym, today=today)
    return READERS[kind](path, chosen, pseudonym=key.pseudonym)


def _append(
    connection: Connection, file: ReportedFile, kind: ReportedKind, source: str, today: date,
    coder: OccupationCoder | None,
) -> Appended:  # fmt: skip
    if kind == "events":
        return append_events(connection, file.reported, today=today, source=source)
    if kind == "destinations":
        return append_exits(connection, file.reported, today=today)
    if kind == "orders":
        return append_orders(connection, file.reported, today=today, source=source)
    if kind == "enrolments":
        return append_enrolments(connection, file.reported, today=today, source=source)
    return put_startup_file(connection, file.reported, kind, coder)


def _found(refused: Refused) -> str:
    """What was found as files write it."""
    words = {
        "event": {str(kind): zh for kind, zh in (*ENROLMENT_NAMES_ZH.items(), *EVENT_NAMES_ZH.items())},
        "reason": {str(kind): zh for kind, zh in DROPOUT_NAMES_ZH.items()},
        "evidence_tier": {str(tier.value): zh for tier, zh in EVIDENCE_NAMES_ZH.items()},
        "exit": {str(kind): zh for kind, zh in EXIT_NAMES_ZH.items()},
    }
    return words.get(refused.field, {}).get(refused.found, refused.found)
