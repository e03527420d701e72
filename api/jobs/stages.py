"""The stages of a job: a progress bar while one runs, its time and peak memory when it is done."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Report = Callable[[int, int], None]
"""Called by a stage with the part done and the whole."""


@dataclass(frozen=True)
class StageTiming:
    """Wall time and peak resident memory of one finished stage."""

    name: str
    seconds: float
    peak_mib: float


@dataclass
class Stages:
    """Runs the stages of one job in turn and keeps their timings."""

    console: Console = field(default_factory=lambda: Console(stderr=True))
    timings: list[StageTiming] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[Report]:
        """Time what runs inside and show a bar meanwhile: a moving one until the stage reports its progress."""
        forget_peak_memory()
        start = time.perf_counter()
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        ) as bar:
            task = bar.add_task(name, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)
        timing = StageTiming(name, time.perf_counter() - start, peak_memory_mib())
        self.timings.append(timing)
        self.console.print(f"  {timing.seconds:7.1f} s  {timing.peak_mib:6.0f} MiB  {name}", highlight=False)


def forget_peak_memory() -> None:
    """Begin to measure the peak anew, where the system allows it."""
    # Linux resets the high-water mark of resident memory when 5 is written here (man 5 proc).
    marks = Path("/proc/self/clear_refs")
    if marks.exists():
        marks.write_text("5", encoding="ascii")


def peak_memory_mib() -> float:
    """Peak resident memory of this process since `forget_peak_memory`, or of all its life."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    # Elsewhere only the peak of the whole process is known: bytes on macOS, KiB on other systems.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
