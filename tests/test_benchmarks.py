"""Every benchmark can be started: its imports hold."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

BENCHMARKS = sorted(path.stem for path in Path(__file__).parents[1].joinpath("benchmarks").glob("bench_*.py"))


@pytest.mark.parametrize("name", BENCHMARKS)
def test_it_can_be_imported(name: str) -> None:
    assert callable(import_module(f"benchmarks.{name}").main)
