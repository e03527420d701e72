"""Erases a person for good, and says what was erased and what is left until the next night."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from data.errors import NotFoundError
from data.records import RecordStatus
from data.storage.identity_repository import erase_seeker
from data.storage.record_repository import record_status


@dataclass(frozen=True)
class Erasure:
    """`rows` erased, by table, those of the person's record first."""

    seeker_id: str
    rows: dict[str, int]


def person_status(engine: Engine, seeker_id: str) -> RecordStatus:
    """Whether the person is registered still.

    Raises
    ------
    NotFoundError
        There is no such person, or he is erased already.
    """
    with engine.connect() as connection:
        status = record_status(connection, "seekers", seeker_id)
    if status is None:
        raise NotFoundError(
            f"没有求职者 {seeker_id}，或已删除 / there is no seeker {seeker_id}, or he is erased already",
            remedy="请核对编号 / check the identifier",
        )
    return status


def erase_person(engine: Engine, seeker_id: str) -> Erasure:
    """Erase a person from the database, in one transaction. Raises as `person_status`."""
    person_status(engine, seeker_id)
    with engine.begin() as connection:
        return Erasure(seeker_id, erase_seeker(connection, seeker_id))
