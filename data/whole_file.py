"""A file that readers find whole or not at all, and that is on the disk once it is there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from uuid import uuid4

from data.errors import DataError, UnavailableError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path to write a new file to; when the block ends well it takes the place of `path`.

    Several writers may be at it at once: the last one stays. If the block fails, what was there is there still.

    Raises
    ------
    UnavailableError
        The disk is full or the folder cannot be written.
    """
    fresh = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield fresh
        with fresh.open("rb") as written:
            os.fsync(written.fileno())
        fresh.replace(path)
        _flush_folder(path.parent)
    except OSError as error:
        raise UnavailableError(
            f"{path} cannot be written: {error}", remedy="free space, or make the folder writable; then start again"
        ) from error
    finally:
        fresh.unlink(missing_ok=True)


def file_checksum(path: Path) -> str:
    """SHA-256 of a file's bytes. Raises DataError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}", remedy="delete it; it is made again") from error


def _flush_folder(folder: Path) -> None:
    """Put the folder's entries on the disk: a rename is lost by a power cut otherwise."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
