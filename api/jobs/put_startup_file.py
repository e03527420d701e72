"""Stores the rows of a file of incubators, mentors or wishes to start a business, and says where each went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd
from sqlalchemy import Connection

from data.records import ImportOutcome
from data.reference.startup_support import trade_occupation
from data.reported import OUTCOMES, Appended, Refused
from data.startup_columns import STARTUP_TABLES
from data.storage.record_repository import load_records
from data.storage.startup_repository import put_startup_records
from models.profile_reader import code_title

if TYPE_CHECKING:
    from models.occupation_coder import OccupationCoder

StartupKind = Literal["incubators", "mentors", "startups"]


def put_startup_file(
    connection: Connection, reported: pd.DataFrame, kind: StartupKind, coder: OccupationCoder | None
) -> Appended:
    """Store what `data.ingest.startup_files` read, inside the caller's transaction; a known record is replaced.

    Of rows with the same identifier the last one is stored and the others are duplicates. A wish of nobody registered
    is refused.
    """
    layout = STARTUP_TABLES[kind]
    key = next(iter(layout.columns))
    refused: list[Refused] = []
    if kind == "startups":
        unknown = _unknown_people(connection, reported[key])
        refused = [
            Refused(int(row), "seeker_id", str(who), "已登记的求职者", "a registered seeker")
            for row, who in zip(reported["row"][unknown], reported[key][unknown], strict=True)
        ]
        reported = reported[~unknown].reset_index(drop=True)
        reported["occupation_code"] = pd.array(
            [None if pd.isna(trade) else code_of_trade(trade, coder) for trade in reported["trade"]], dtype="string"
        )
    last = reported[~reported.duplicated(key, keep="last")]
    stored = put_startup_records(connection, layout, last[list(layout.columns)])
    is_last = reported.index.isin(last.index)
    outcomes = [
        (row, stored[who] if kept else ImportOutcome.DUPLICATE, None)
        for row, who, kept in zip(reported["row"], reported[key], is_last, strict=True)
    ] + [(one.row, ImportOutcome.REJECTED, None) for one in refused]
    table = pd.DataFrame(outcomes, columns=list(OUTCOMES.columns)).sort_values("row")
    return Appended(OUTCOMES.check(table), tuple(refused))


def code_of_trade(trade: str, coder: OccupationCoder | None) -> str | None:
    """Occupation code of a business in a person's words; None where it is not sure."""
    return trade_occupation(trade) or code_title(trade, coder)


def _unknown_people(connection: Connection, named: pd.Series[str]) -> pd.Series[bool]:
    return ~named.isin(load_records(connection, seeker_ids=sorted(set(named))).seekers["seeker_id"])
