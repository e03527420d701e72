"""Names, identity numbers and phones: encrypted, in a table of their own, read one person at a time."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from data.columns import SEEKER_IDENTITIES
from data.errors import NotFoundError
from data.storage import tables
from data.storage.personal_data import PersonalDataKey

_FIELDS = ("name", "identity_number", "phone")


@dataclass(frozen=True)
class Identity:
    """Who a seeker is. Never leaves through a match answer."""

    name: str | None
    identity_number: str | None
    phone: str | None


def store_identities(connection: Connection, identities: pd.DataFrame, key: PersonalDataKey) -> None:
    """Encrypt and store a table laid out as `SEEKER_IDENTITIES`; what is known already is left as it is."""
    checked = SEEKER_IDENTITIES.check(identities)
    rows = [
        {
            "seeker_id": row["seeker_id"],
            **{name: key.encrypt(row[name]) if pd.notna(row[name]) else None for name in _FIELDS},
        }
        for row in checked.to_dict("records")
    ]
    if rows:
        connection.execute(insert(tables.seeker_identities).on_conflict_do_nothing(), rows)


def read_identity(connection: Connection, seeker_id: str, key: PersonalDataKey) -> Identity:
    """Decrypt one person's identity.

    Raises
    ------
    NotFoundError
        None is stored for this seeker.
    """
    table = tables.seeker_identities
    row = connection.execute(select(table).where(table.c.seeker_id == seeker_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"no identity is stored for seeker {seeker_id}")
    found = {name: getattr(row, name) for name in _FIELDS}
    return Identity(**{name: key.decrypt(cipher) if cipher is not None else None for name, cipher in found.items()})


def erase_seeker(connection: Connection, seeker_id: str) -> None:
    """Erase a person: identity, profile, matches, referrals and their events (个人信息保护法 第四十七条).

    Raises
    ------
    NotFoundError
        There is no such seeker.
    """
    connection.execute(text("SET LOCAL zhuye.erasing = 'on'"))
    erased = connection.execute(delete(tables.seekers).where(tables.seekers.c.seeker_id == seeker_id)).rowcount
    connection.execute(text("SET LOCAL zhuye.erasing = 'off'"))
    if not erased:
        raise NotFoundError(f"no seeker {seeker_id}", remedy="check the seeker identifier")
