"""Prints a benchmark's table and keeps it in RESULTS.md, with date, machine and versions."""

from __future__ import annotations

import argparse
import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pandas as pd

RESULTS = Path(__file__).with_name("RESULTS.md")
_HEADER = """# Results

Every figure of the README, each by one command; peers are measured in the same run. Absolute times are of a shared
machine and vary by tens of per cent; ratios hold better. Written by the benchmarks themselves.
"""
_VERSIONS = ("numpy", "scikit-learn", "torch", "sentence-transformers", "faiss-cpu", "numba", "ortools")


def data_folder(description: str | None, part: str) -> tuple[Path, argparse.Namespace]:
    """The folder of third-party data that a benchmark reads, from its command line; ends with a word if absent."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of third-party data")
    parser.add_argument("--embedder", help="folder of an embedding model; default: ours, trained in the run")
    arguments = parser.parse_args()
    folder = arguments.data / part
    if not folder.exists():
        raise SystemExit(f"no data in {folder}: it is third-party and not part of the project; name its folder: --data")
    return folder, arguments


def write_section(name: str, title: str, command: str, table: pd.DataFrame, notes: list[str]) -> None:
    """Replace the section `name` of RESULTS.md by this table, and print it."""
    body = "\n".join(
        [
            f"<!-- {name} -->",
            f"## {title}",
            "",
            f"`{command}` · {datetime.now(UTC):%Y-%m-%d} · {_machine()}",
            "",
            _markdown(table),
            *(f"- {note}" for note in ["", *notes] if note),
            f"<!-- end {name} -->",
        ]
    )
    print(body)
    written = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else _HEADER
    pattern = re.compile(rf"<!-- {re.escape(name)} -->.*?<!-- end {re.escape(name)} -->", re.DOTALL)
    known = pattern.search(written) is not None
    RESULTS.write_text(
        pattern.sub(lambda _: body, written) if known else f"{written.rstrip()}\n\n{body}\n", encoding="utf-8"
    )


def _machine() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.*)", cpuinfo.read_text(encoding="utf-8")) if cpuinfo.exists() else None
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    packages = ", ".join(f"{package} {version(package)}" for package in _VERSIONS)
    return f"{found.group(1) if found else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB · {packages}"


def _markdown(table: pd.DataFrame) -> str:
    rows = [[str(column) for column in table.columns], ["---"] * len(table.columns)]
    rows += [[str(value) for value in row] for row in table.itertuples(index=False)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"
