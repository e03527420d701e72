"""Functions compiled by numba, kept on the disk, that several processes may compile at the same time.

Numba numbers the files of a function's cache by what it finds there. Two processes that compile one function for
different arguments at once give both the same number, and whoever loads it next runs the wrong code: wrong results or
a crash (numba's issues 4807 and 10128, open in 0.68). Here a lock holds while such a cache is read or written. A
server and a night that both start for the first time are such processes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
from filelock import FileLock
from numba.core.caching import IndexDataCacheFile


class LockedCacheFile(IndexDataCacheFile):  # type: ignore[misc]
    """The cache of one function for all its argument types: an index and a file for each."""

    def save(self, key: object, data: object) -> None:
        """Keep what was compiled for the argument types `key`."""
        with self._lock():
            super().save(key, data)

    def load(self, key: object) -> Any:
        """What was compiled for `key`; None if nothing was, or of another state of the source."""
        with self._lock():
            return super().load(key)

    def _load_index(self) -> dict[object, str]:
        """As numba does; nothing where the types of an earlier release, by which it lists its files, are gone."""
        try:
            return dict(super()._load_index())
        except (AttributeError, ImportError):
            return {}

    def _lock(self) -> FileLock:
        return FileLock(f"{self._index_path}.lock")


def kernel(function: Callable[..., Any] | None = None, **options: object) -> Any:
    """Compile a function when it is first called with arguments of some types: `@kernel` or `@kernel(fastmath=…)`.

    It runs without Python's global lock, and what is compiled is kept on the disk. `options`: of `numba.njit`. Numba
    sees changes of the function's own file only: where it calls kernels of another module, and these change, what is
    kept (`__pycache__/*.nb*`) is to be deleted.
    """
    if function is None:
        return lambda given: kernel(given, **options)
    compiled = numba.njit(cache=True, nogil=True, **options)(function)
    if not numba.config.DISABLE_JIT:
        compiled._cache._cache_file.__class__ = LockedCacheFile  # numba has no setting for the class of this file
    return compiled
