"""The index answers as brute force does, and the same after saving."""

from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
import pytest

from data.errors import DataError
from models.vector_index import build_index, load_index, save_index, search


def unit_vectors(count: int, dimension: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def vectors() -> np.ndarray:
    return unit_vectors(300, 24, seed=1)


def test_search_equals_brute_force(vectors: np.ndarray) -> None:
    queries = unit_vectors(20, 24, seed=2)
    similarity, rows = search(build_index(map(str, range(300)), vectors), queries, k=10)
    exact = queries @ vectors.T
    assert (rows == np.argsort(-exact, axis=1, kind="stable")[:, :10]).all()
    assert similarity == pytest.approx(np.take_along_axis(exact, rows, axis=1), abs=1e-6)


def test_loaded_equals_saved_and_is_memory_mapped(vectors: np.ndarray, tmp_path: Path) -> None:
    save_index(build_index((f"V-{i}" for i in range(300)), vectors), tmp_path / "index")
    loaded = load_index(tmp_path / "index")
    assert loaded.ids.tolist() == [f"V-{i}" for i in range(300)]
    assert (loaded.vectors == vectors).all()
    assert not loaded.vectors.flags.writeable


def test_vectors_outlive_their_index(vectors: np.ndarray) -> None:
    view = build_index(map(str, range(300)), vectors).vectors
    gc.collect()
    assert (view == vectors).all()


def test_an_empty_index_is_an_index(tmp_path: Path) -> None:
    save_index(build_index([], np.empty((0, 8), np.float32)), tmp_path)
    loaded = load_index(tmp_path)
    assert loaded.vectors.shape == (0, 8)


def test_fewer_rows_than_asked_for_are_filled_up(vectors: np.ndarray) -> None:
    _, rows = search(build_index(["a", "b"], vectors[:2]), vectors[:1], k=4)
    assert rows[0].tolist()[2:] == [-1, -1]


@pytest.mark.parametrize("name", ["index.faiss", "identifiers.json"])
def test_a_damaged_index_is_refused(vectors: np.ndarray, tmp_path: Path, name: str) -> None:
    save_index(build_index(map(str, range(300)), vectors), tmp_path)
    (tmp_path / name).write_bytes(b"no index")
    with pytest.raises(DataError, match="damaged"):
        load_index(tmp_path)


def test_identifiers_of_another_index_are_refused(vectors: np.ndarray, tmp_path: Path) -> None:
    save_index(build_index(map(str, range(300)), vectors), tmp_path)
    (tmp_path / "identifiers.json").write_text('["only one"]', encoding="utf-8")
    with pytest.raises(DataError, match="1 identifiers for 300 vectors"):
        load_index(tmp_path)
