"""Names, identity numbers and phones: encrypted, in a table of their own, read one person at a time.

The one exception is `read_sexes`, which measures fairness and keeps nothing of what it reads.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from data.columns import SEEKER_IDENTITIES
from data.errors import ConfigurationError, NotFoundError
from data.facts.sex import sex_of_identity_number
from data.storage import tables
from data.storage.personal_data import KEY_FILE, PersonalDataKey

_log = logging.getLogger(__name__)

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
            "key_id": key.key_id,
            **{name: key.encrypt(row[name]) if pd.notna(row[name]) else None for name in _FIELDS},
        }
        for row in checked.to_dict("records")
    ]
    if rows:
        connection.execute(insert(tables.seeker_identities).on_conflict_do_nothing(), rows)


def read_identity(connection: Connection, seeker_id: str, key: PersonalDataKey) -> Identity:
    """Decrypt one person's identity. Each reading is logged, with the seeker and without the identity.

    Raises
    ------
    NotFoundError
        None is stored for this seeker.
    ConfigurationError
        It was encrypted with another key; says which.
    """
    table = tables.seeker_identities
    row = connection.execute(select(table).where(table.c.seeker_id == seeker_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"no identity is stored for seeker {seeker_id}")
    if row.key_id != key.key_id:
        raise ConfigurationError(
            f"the identity of seeker {seeker_id} was encrypted with key {row.key_id}, not {key.key_id}",
            remedy=f"restore the ZHUYE_PERSONAL_DATA_KEY or the file {KEY_FILE} that was in use when it was stored",
        )
    _log.info("identity of seeker %s was read", seeker_id)
    found = {name: getattr(row, name) for name in _FIELDS}
    return Identity(**{name: key.decrypt(cipher) if cipher is not None else None for name, cipher in found.items()})


def read_sexes(connection: Connection, key: PersonalDataKey) -> pd.Series[int]:
    """Sex of every seeker whose identity number tells it: Int8 by seeker_id, GB/T 2261.1 (1 male, 2 female).

    For measuring fairness only, over many people at once: numbers are decrypted one after another and forgotten,
    and no result of this may be stored or handed to a score. The reading is logged, with its size. Who has no number,
    or one that was encrypted with another key, is not in the result.
    """
    table = tables.seeker_identities
    known = select(table.c.seeker_id, table.c.identity_number).where(
        table.c.key_id == key.key_id, table.c.identity_number.is_not(None)
    )
    found: dict[str, int] = {}
    for seeker_id, cipher in connection.execution_options(yield_per=10_000).execute(known):
        sex = sex_of_identity_number(key.decrypt(cipher))
        if sex is not None:
            found[seeker_id] = sex
    _log.info("the sex of %s seekers was read from their identity numbers, to measure fairness", len(found))
    return pd.Series(found, dtype="Int8", name="sex")


def erase_seeker(connection: Connection, seeker_id: str) -> dict[str, int]:
    """Erase a person: identity, profile, matches, referrals, their events, exit (个人信息保护法 第四十七条).

    The ledger's rows about the person go too: with vacancy and dates they would tell who it was. What reports
    counted before stays counted, as numbers. Only the identifier is kept, in `erasures` under a new revision, so
    that memory, snapshots and indexes learn of it (`record_repository.erased_since`) and a backup can be
    cleaned after it was restored.

    Returns
    -------
    Rows erased, by table; tables that held nothing of the person are left out.

    Raises
    ------
    NotFoundError
        There is no such seeker.
    """
    # The note comes first: it awaits the turn of revisions before this transaction locks any row.
    erasures = tables.erasures
    connection.execute(
        insert(erasures)
        .values(seeker_id=seeker_id)
        .on_conflict_do_update(index_elements=[erasures.c.seeker_id], set_={"erased_at": func.now()})
    )
    erased = _rows_of(connection, seeker_id)
    connection.execute(text("SET LOCAL zhuye.erasing = 'on'"))
    found = connection.execute(delete(tables.seekers).where(tables.seekers.c.seeker_id == seeker_id)).rowcount
    connection.execute(text("SET LOCAL zhuye.erasing = 'off'"))
    # After the note: a run that is being published holds it up, and what that run published is found here.
    for published in (
        tables.matches, tables.past_referrals, tables.seeker_utilities, tables.course_recommendations,
        tables.course_seats, tables.course_waiting,
    ):  # fmt: skip
        erased[published.name] = connection.execute(
            delete(published).where(published.c.seeker_id == seeker_id)
        ).rowcount
    if not found:
        raise NotFoundError(f"no seeker {seeker_id}", remedy="check the seeker identifier")
    return {name: rows for name, rows in erased.items() if rows}


def _rows_of(connection: Connection, seeker_id: str) -> dict[str, int]:
    """Rows that go with the person by foreign keys, by table."""
    counted = {}
    for table in (
        tables.seekers, tables.seeker_identities, tables.seeker_experience, tables.seeker_credentials,
        tables.seeker_groups, tables.referrals, tables.seeker_exits, tables.enrolments, tables.startup_wishes,
    ):  # fmt: skip
        query = select(func.count()).select_from(table).where(table.c.seeker_id == seeker_id)
        counted[table.name] = int(connection.execute(query).scalar_one())
    for parent, events in ((tables.referrals, tables.referral_events), (tables.enrolments, tables.enrolment_events)):
        key = next(iter(parent.primary_key))
        of_his = select(key).where(parent.c.seeker_id == seeker_id)
        query = select(func.count()).select_from(events).where(events.c[key.name].in_(of_his))
        counted[events.name] = int(connection.execute(query).scalar_one())
    return counted
