"""Kernels compiled by several processes at once keep apart what they compile for each type."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from models.kernels import LockedCacheFile, kernel

AT_ONCE = 12


@kernel
def _doubled(x):  # type: ignore[no-untyped-def]
    return x + x


def test_a_kernel_is_compiled_for_each_type_and_kept() -> None:
    assert (_doubled(2), _doubled(0.25)) == (4, 0.5)
    assert isinstance(_doubled._cache._cache_file, LockedCacheFile)
    assert len(_doubled.signatures) == 2


def test_what_is_kept_at_the_same_time_is_found_again_under_its_own_key(tmp_path: Path) -> None:
    """As many cache files as processes would have, all of the same function; without the lock they share numbers."""
    together = Barrier(AT_ONCE)

    def keep(key: int) -> None:
        mine = LockedCacheFile(str(tmp_path), "function", "source as it is")
        together.wait()
        mine.save(key, f"code {key}")

    with ThreadPoolExecutor(AT_ONCE) as several:
        list(several.map(keep, range(AT_ONCE)))
    later = LockedCacheFile(str(tmp_path), "function", "source as it is")
    assert [later.load(key) for key in range(AT_ONCE)] == [f"code {key}" for key in range(AT_ONCE)]
    assert LockedCacheFile(str(tmp_path), "function", "source changed").load(0) is None


def test_what_is_listed_under_a_type_that_is_gone_is_compiled_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = sys.modules[__name__]
    monkeypatch.setattr(here, "Gone", type("Gone", (), {"__module__": __name__, "__qualname__": "Gone"}), raising=False)
    LockedCacheFile(str(tmp_path), "function", "source").save(here.Gone, "old code")
    monkeypatch.delattr(here, "Gone")
    later = LockedCacheFile(str(tmp_path), "function", "source")
    assert later.load(0) is None
    later.save(0, "new code")
    assert later.load(0) == "new code"
