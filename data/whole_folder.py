"""A folder that readers find whole or not at all: written beside its place, then put there."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from data.errors import UnavailableError


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a new empty folder to write into; when the block ends well it takes the place of `folder`.

    Several writers may be at it at once: the last one stays, and none sees another's files. If the block
    fails, what was in `folder` before is still there.

    Raises
    ------
    UnavailableError
        The disk is full or the place cannot be written.
    """
    fresh = _beside(folder)
    try:
        fresh.mkdir(parents=True)
        yield fresh
        _put_in_place(fresh, folder)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _put_in_place(fresh: Path, folder: Path) -> None:
    """Move what is there aside, then the new one in; for an instant there is none."""
    while True:
        stale = _beside(folder)
        with suppress(FileNotFoundError):
            folder.rename(stale)
        try:
            fresh.rename(folder)
        except OSError as error:
            # Another writer was faster: its folder is moved aside in the next round.
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
        else:
            return
        finally:
            shutil.rmtree(stale, ignore_errors=True)


def _beside(folder: Path) -> Path:
    """A name on the same disk that no other writer uses."""
    return folder.with_name(f".{folder.name}.{uuid4().hex}")


def _unwritable(folder: Path, error: OSError) -> UnavailableError:
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return UnavailableError(
            f"{folder} cannot be written: {error}",
            remedy="check that the folder is writable, or point ZHUYE_HOME to another one",
        )
    existing = next(parent for parent in folder.absolute().parents if parent.exists())
    free = shutil.disk_usage(existing).free / 1024**2
    return UnavailableError(
        f"the disk is full: {folder} cannot be written, {free:.0f} MiB are free in {existing}",
        remedy="free space, or point ZHUYE_HOME to another disk; what was there before is still there",
    )
