"""Readers find a folder whole, however many write it at once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from data.errors import UnavailableError
from data.whole_folder import whole_folder


def write(folder: Path, content: str) -> None:
    with whole_folder(folder) as fresh:
        for name in "ab":
            (fresh / name).write_text(content, encoding="utf-8")


def test_a_block_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    write(tmp_path / "x", "old")
    with pytest.raises(UnicodeEncodeError):
        write(tmp_path / "x", "half \udcff way")
    assert (tmp_path / "x" / "a").read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_many_writers_leave_one_whole_folder(tmp_path: Path) -> None:
    writers = [
        threading.Thread(target=lambda n=n: [write(tmp_path / "x", str(n)) for _ in range(20)]) for n in range(8)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = {(tmp_path / "x" / name).read_text(encoding="utf-8") for name in "ab"}
    assert len(found) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_full_disk_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError) as caught, whole_folder(tmp_path / "x"):
        raise OSError(28, "No space left on device")
    assert "the disk is full" in str(caught.value)
    assert "ZHUYE_HOME" in str(caught.value)
