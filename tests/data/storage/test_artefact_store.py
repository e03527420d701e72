"""The register of model files."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from data.errors import UnavailableError
from data.storage.artefact_store import Artefact, active_artefact, fingerprint, newest_artefacts, register_artefact


def folder_with(home: Path, words: str) -> Path:
    folder = home / "models" / "ranker"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.bin").write_text(words, encoding="utf-8")
    return folder


def test_the_newest_of_a_kind_is_active(engine: Engine, tmp_path: Path) -> None:
    assert active_artefact(engine, "ranker", tmp_path) is None
    for words in ("first", "second"):
        folder = folder_with(tmp_path, words)
        digest = register_artefact(engine, kind="ranker", home=tmp_path, path=folder, manifest={"words": words})
    assert active_artefact(engine, "ranker", tmp_path) == Artefact("ranker", folder, digest, {"words": "second"})
    assert newest_artefacts(engine) == {"ranker": digest}


def test_changed_and_missing_files_are_noticed(engine: Engine, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "model")
    register_artefact(engine, kind="ranker", home=tmp_path, path=folder, manifest={})
    (folder / "model.bin").write_text("damaged", encoding="utf-8")
    with pytest.raises(UnavailableError, match="was changed since"):
        active_artefact(engine, "ranker", tmp_path)
    (folder / "model.bin").unlink()
    folder.rmdir()
    with pytest.raises(UnavailableError, match="is missing since"):
        active_artefact(engine, "ranker", tmp_path)


def test_the_fingerprint_knows_names_as_well_as_contents(tmp_path: Path) -> None:
    first = fingerprint(folder_with(tmp_path / "a", "model"))
    assert fingerprint(folder_with(tmp_path / "b", "model")) == first
    folder = folder_with(tmp_path / "c", "model")
    (folder / "model.bin").rename(folder / "other.bin")
    assert fingerprint(folder) != first
