"""The folder of an overnight run: what the run is made of, and which of its steps are done.

A step is done when its note is there; the note holds the checksums of the step's files and is written after them. So
a run can be killed at any moment: the next start finds the notes and goes on with the first step that has none.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from data.errors import DataError
from data.whole_file import file_checksum, whole_file

PACKAGES = ("data", "models", "matching", "training_recs", "evaluation", "api")
_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class RunPlan:
    """What a run is made of, its manifest: of one data cut and equal plans the results are equal, bit for bit.

    `code` and `models` (kind → checksum) are fingerprints; `previous` is the run that was published when this one
    began, if there was any.
    """

    run_id: str
    as_of: date
    seed: int
    code: str
    models: dict[str, str]
    settings: dict[str, Any]
    previous: str | None

    def decides(self, other: RunPlan) -> bool:
        """Whether results may differ by what computes them; how seekers are divided, and where, changes nothing."""
        settings = [
            {name: value for name, value in plan.settings.items() if name not in ("shard_seekers", "device")}
            for plan in (self, other)
        ]
        return (self.code, self.models, settings[0]) != (other.code, other.models, settings[1])

    def differs_from(self, other: RunPlan) -> list[str]:
        """Names of what differs so that neither run could go on with the other's files."""
        return [
            name for name in ("as_of", "seed", "code", "models", "settings")
            if getattr(self, name) != getattr(other, name)
        ]  # fmt: skip


@dataclass(frozen=True)
class StepNote:
    """A finished step: checksums of its files (path within the run's folder → SHA-256), its cost, what it found."""

    files: dict[str, str]
    seconds: float
    peak_mib: float
    found: dict[str, Any]


class RunFolder:
    """One run's folder. Made by `create`, found again by `open_run`."""

    def __init__(self, path: Path, plan: RunPlan) -> None:
        self.path = path
        self.plan = plan
        self._notes: dict[str, StepNote] = {}

    @classmethod
    def create(cls, runs: Path, plan: RunPlan) -> RunFolder:
        """Make the folder of a new run."""
        folder = cls(runs / plan.run_id, plan)
        folder.path.mkdir(parents=True)
        folder.path.chmod(0o700)  # it holds the profiles of people
        _write_json(folder.path / _MANIFEST, {**asdict(plan), "as_of": plan.as_of.isoformat()})
        return folder

    def note_of(self, step: str) -> StepNote | None:
        """The step's note, or None where it is not done, or one of its files is not what it was."""
        if step not in self._notes:
            path = self._note_path(step)
            if not path.is_file():
                return None
            note = StepNote(**json.loads(path.read_text(encoding="utf-8")))
            try:
                whole = all(file_checksum(self.path / name) == digest for name, digest in note.files.items())
            except DataError:
                whole = False
            if not whole:
                return None
            self._notes[step] = note
        return self._notes[step]

    def found(self, step: str) -> dict[str, Any]:
        """What a step found that must be done by now.

        Raises
        ------
        DataError
            It is not done, or its files were changed since.
        """
        note = self.note_of(step)
        if note is None:
            raise DataError(
                f"run {self.plan.run_id}: step {step} is not done, or its files have changed",
                remedy="start it again: zhuye rematch",
            )
        return note.found

    def finish(
        self, step: str, files: Iterable[Path] = (), *, seconds: float, peak_mib: float, found: dict[str, Any]
    ) -> StepNote:
        """Write the step's note: from here on it is done."""
        checksums = {path.relative_to(self.path).as_posix(): file_checksum(path) for path in files}
        note = StepNote(checksums, seconds, peak_mib, found)
        _write_json(self._note_path(step), asdict(note))
        self._notes[step] = note
        return note

    def forget(self, *steps: str) -> None:
        """Delete the notes of these steps and of their shards: what they were made from is made anew."""
        for step in steps:
            for path in [self._note_path(step), *(self.path / "steps").glob(f"{step}-*.json")]:
                path.unlink(missing_ok=True)
                self._notes.pop(path.stem, None)

    def drop(self, folders: Collection[str]) -> None:
        """Delete folders of a run that is over; steps whose files lay there stay done, and say what they found."""
        for path in sorted((self.path / "steps").glob("*.json")):
            note = json.loads(path.read_text(encoding="utf-8"))
            kept = {name: digest for name, digest in note["files"].items() if name.split("/")[0] not in folders}
            if kept != note["files"]:
                _write_json(path, note | {"files": kept})
                self._notes.pop(path.stem, None)
        for name in folders:
            shutil.rmtree(self.path / name, ignore_errors=True)

    def remove(self) -> None:
        """Delete the run's folder."""
        self.remove_folder(self.path)

    @staticmethod
    def remove_folder(path: Path) -> None:
        """Delete a folder of runs, whether or not its manifest can be read: that goes first, half a run is none."""
        (path / _MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(path, ignore_errors=True)

    def _note_path(self, step: str) -> Path:
        return self.path / "steps" / f"{step}.json"


def open_run(path: Path) -> RunFolder | None:
    """The run in `path`; None where there is no manifest that this release understands."""
    try:
        manifest = json.loads((path / _MANIFEST).read_text(encoding="utf-8"))
        plan = RunPlan(**{**manifest, "as_of": date.fromisoformat(manifest["as_of"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return RunFolder(path, plan)


def list_runs(runs: Path) -> list[RunFolder]:
    """Runs with a folder, newest first."""
    paths = sorted((path for path in runs.glob("*") if path.is_dir()), reverse=True) if runs.is_dir() else []
    return [run for path in paths if (run := open_run(path)) is not None]


@cache
def code_fingerprint() -> str:
    """SHA-256 over the source files of the project, as they lie on the disk at the first call."""
    root = Path(__file__).parents[3]
    files = [
        file
        for package in PACKAGES
        for file in sorted((root / package).rglob("*"))
        if file.suffix in (".py", ".csv", ".html")
    ]
    if not files:
        raise DataError(f"no source files in {root}", remedy="run the project from its checkout")
    digest = sha256()
    for file in files:
        digest.update(file.relative_to(root).as_posix().encode() + file_checksum(file).encode())
    return digest.hexdigest()


def _write_json(path: Path, content: dict[str, Any]) -> None:
    with whole_file(path) as fresh:
        fresh.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
