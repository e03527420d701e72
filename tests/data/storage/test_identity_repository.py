"""Personal identifiers: encrypted at rest, read one at a time, erased for good."""

from __future__ import annotations

import logging

import pandas as pd
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, text

from data.errors import ConfigurationError, NotFoundError
from data.market import market_from_records
from data.storage import tables
from data.storage.identity_repository import Identity, erase_seeker, read_identity, read_sexes, store_identities
from data.storage.personal_data import PersonalDataKey
from data.storage.record_repository import current_revision, erased_since, load_records, store_records
from tests.data.records_for_tests import AS_OF, records, seeker
from tests.data.storage.test_record_repository import FULL

KEY, OTHER_KEY = PersonalDataKey(Fernet.generate_key()), PersonalDataKey(Fernet.generate_key())
PERSON = {"name": "虚构某", "identity_number": "220102199005050018", "phone": "13900000000"}


@pytest.fixture
def people(engine: Engine) -> Engine:
    with engine.begin() as connection:
        store_records(connection, records(seekers=[seeker(), seeker(seeker_id="S-2")], **FULL))
        store_identities(connection, pd.DataFrame([{"seeker_id": "S-1", **PERSON}]), KEY)
    return engine


def test_what_was_encrypted_is_read_back_and_the_reading_is_logged(
    people: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO), people.connect() as connection:
        assert read_identity(connection, "S-1", KEY) == Identity(**PERSON)
    assert "identity of seeker S-1 was read" in caplog.text
    assert not any(value in caplog.text for value in PERSON.values())


def test_the_database_holds_no_plain_text(people: Engine) -> None:
    with people.connect() as connection:
        row = connection.execute(text("SELECT * FROM seeker_identities")).one()
        everything = "".join(
            str(connection.execute(text(f"SELECT string_agg(t::text, '') FROM {name} t")).scalar())
            for name in tables.metadata.tables
        )
    raw = b"".join(bytes(value) for value in row if isinstance(value, bytes | memoryview))
    for plain in PERSON.values():
        assert plain.encode() not in raw
        assert plain not in everything
        assert plain.encode().hex() not in everything


def test_a_missing_phone_stays_missing_and_a_known_person_is_not_overwritten(people: Engine) -> None:
    with people.begin() as connection:
        store_identities(
            connection,
            pd.DataFrame(
                [
                    {"seeker_id": "S-1", **PERSON, "name": "另一个"},
                    {"seeker_id": "S-2", "name": "虚构乙", "identity_number": None, "phone": None},
                ]
            ),
            KEY,
        )
        assert read_identity(connection, "S-1", KEY).name == "虚构某"
        assert read_identity(connection, "S-2", KEY) == Identity("虚构乙", None, None)


def test_the_sex_is_read_of_whoever_has_a_number_under_this_key_and_the_reading_is_logged(
    people: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    numbers = {"S-2": "220102199005050026", "S-3": None, "S-4": "no number"}
    with people.begin() as connection:
        store_records(connection, records(seekers=[seeker(seeker_id=name) for name in ("S-3", "S-4", "S-5")]))
        for names, key in ((numbers, KEY), ({"S-5": "220102199005050018"}, OTHER_KEY)):
            rows = [
                {"seeker_id": name, "name": None, "identity_number": number, "phone": None}
                for name, number in names.items()
            ]
            store_identities(connection, pd.DataFrame(rows), key)
        found = read_sexes(connection, KEY)
    assert found.to_dict() == {"S-1": 1, "S-2": 2}
    assert "the sex of 2 seekers was read" in caplog.text
    assert "2201021990" not in caplog.text


def test_a_wrong_key_says_which_key_is_needed(people: Engine) -> None:
    wrong = PersonalDataKey(Fernet.generate_key())
    with (
        people.connect() as connection,
        pytest.raises(ConfigurationError, match=f"with key {KEY.key_id}, not {wrong.key_id}"),
    ):
        read_identity(connection, "S-1", wrong)


def test_an_erased_person_is_nowhere_in_the_database(people: Engine) -> None:
    with people.connect() as connection:
        seen = current_revision(connection)
    with people.begin() as connection:
        erased = erase_seeker(connection, "S-1")
    assert erased == {
        "seekers": 1, "seeker_identities": 1, "seeker_experience": 2, "seeker_credentials": 1, "seeker_groups": 1,
        "referrals": 1, "referral_events": 2, "seeker_exits": 1, "enrolments": 1, "enrolment_events": 1,
    }  # fmt: skip
    with people.connect() as connection:
        holding = [
            table.name
            for table in tables.metadata.sorted_tables
            if "seeker_id" in table.c
            and connection.execute(table.select().where(table.c.seeker_id == "S-1")).first() is not None
        ]
        loaded = load_records(connection, with_history=True)
        assert holding == ["erasures"]
        assert len(loaded.referrals) == len(loaded.referral_events) == 0
        assert len(loaded.enrolments) == len(loaded.enrolment_events) == 0
        assert len(loaded.training_orders) == 1
        assert list(market_from_records(loaded, AS_OF).seekers["seeker_id"]) == ["S-2"]
        # Whoever keeps a market in memory learns of it.
        assert current_revision(connection) > seen
        assert erased_since(connection, seen) == ["S-1"]
        with pytest.raises(NotFoundError):
            read_identity(connection, "S-1", KEY)


def test_erasing_nobody_leaves_no_note(people: Engine) -> None:
    with pytest.raises(NotFoundError, match="no seeker S-9"), people.begin() as connection:
        erase_seeker(connection, "S-9")
    with people.connect() as connection:
        assert erased_since(connection, 0) == []


def test_the_ledger_refuses_deletion_again_after_an_erasure(people: Engine) -> None:
    with people.begin() as connection:
        store_records(connection, records(seekers=[seeker(seeker_id="S-3")]))
        erase_seeker(connection, "S-3")
        with pytest.raises(Exception, match="only grows"):
            connection.execute(text("DELETE FROM referral_events"))
