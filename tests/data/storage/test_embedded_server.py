"""The embedded server: shared by processes, gone with the last, clear when it cannot start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from data.errors import ConfigurationError, UnavailableError
from data.storage.embedded_server import start_embedded

_USER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from data.storage.database import describe_database, migrate, open_database
    engine = open_database(Path(sys.argv[1]))
    migrate(engine)
    print(describe_database(engine), flush=True)
    sys.stdin.read()
    engine.dispose()
    """
)


class User:
    """Another process with the database open; it leaves when its standard input closes."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _USER, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def first_line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def leave(self) -> None:
        self.process.communicate(timeout=60)


def is_running(home: Path) -> bool:
    return (home / "postgres" / "postmaster.pid").exists()


def test_processes_that_start_together_share_one_server_and_the_last_stops_it(tmp_path: Path) -> None:
    home = tmp_path / "城市"
    users = [User(home), User(home)]
    assert [user.first_line()[:13] for user in users] == ["PostgreSQL 18"] * 2
    users[0].leave()
    assert is_running(home)
    users[1].leave()
    assert not is_running(home)


def test_a_killed_process_does_not_keep_the_server_running_for_ever(tmp_path: Path) -> None:
    killed = User(tmp_path)
    killed.first_line()
    killed.process.send_signal(signal.SIGKILL)
    killed.leave()
    assert is_running(tmp_path)
    orderly = User(tmp_path)
    orderly.first_line()
    orderly.leave()
    assert not is_running(tmp_path)


def test_a_killed_server_recovers(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.first_line()
    postmaster = int((tmp_path / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    while is_alive(postmaster):
        time.sleep(0.05)
    user.leave()
    again = User(tmp_path)
    assert again.first_line().startswith("PostgreSQL 18")
    again.leave()


def is_alive(process: int) -> bool:
    status = Path(f"/proc/{process}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


def test_a_path_that_postgresql_cannot_take_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="ZHUYE_HOME"):
        start_embedded(tmp_path / "my city" / "postgres")


def test_files_of_another_version_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("16\n", encoding="utf-8")
    with pytest.raises(UnavailableError, match="another PostgreSQL version"):
        start_embedded(tmp_path / "postgres")


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "postgres").write_text("", encoding="utf-8")
    with pytest.raises(UnavailableError, match="is a file: move it away"):
        start_embedded(tmp_path / "postgres")


def test_a_damaged_folder_shows_what_the_server_said(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("18\n", encoding="utf-8")
    with pytest.raises(UnavailableError, match=r"postgresql\.conf") as failure:
        start_embedded(folder)
    assert "ZHUYE_DATABASE_URL" in failure.value.remedy
