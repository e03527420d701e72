"""The key of personal identifiers."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from data.errors import ConfigurationError
from data.storage.personal_data import KEY_FILE, PersonalDataKey, open_key


def test_the_key_file_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: open_key(home, None).secret, range(16)))
    assert len(keys) == 1
    assert stat.S_IMODE((home / KEY_FILE).stat().st_mode) == 0o600
    assert [file.name for file in home.iterdir()] == [KEY_FILE]


def test_a_configured_key_is_used_and_no_file_is_made(tmp_path: Path) -> None:
    secret = Fernet.generate_key().decode()
    assert open_key(tmp_path, secret).decrypt(Fernet(secret).encrypt(b"abc")) == "abc"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("wrong", ["", "short", "长" * 32, "A" * 42 + "==", "*" * 44])
def test_a_key_that_is_none_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ConfigurationError, match="ZHUYE_PERSONAL_DATA_KEY is not 32 bytes"):
        open_key(tmp_path, wrong)
    (tmp_path / KEY_FILE).write_text(wrong, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=KEY_FILE):
        open_key(tmp_path, None)


def test_encryption_differs_each_time_and_the_pseudonym_never() -> None:
    key, other = PersonalDataKey(Fernet.generate_key()), PersonalDataKey(Fernet.generate_key())
    assert key.encrypt("22010219900505001x") != key.encrypt("22010219900505001x")
    assert key.pseudonym("22010219900505001x") == key.pseudonym(" 22010219900505001X ")
    assert key.pseudonym("22010219900505001x") != other.pseudonym("22010219900505001x")
    assert "1990" not in repr(key)
    assert key.secret.decode() not in repr(key)


def test_a_cipher_of_another_key_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="another key"):
        PersonalDataKey(Fernet.generate_key()).decrypt(PersonalDataKey(Fernet.generate_key()).encrypt("a"))
