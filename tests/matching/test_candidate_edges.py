"""Candidate edges: what they refuse, and that they copy nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.errors import DataError
from matching.candidate_edges import CandidateEdges, ordered_edges

Rows = list[tuple[int, int, float]]


def columns(rows: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    seeker, vacancy, success = np.array(rows, dtype=np.float64).reshape(-1, 3).T
    return seeker.astype(np.int32), vacancy.astype(np.int32), success.astype(np.float32)


def test_columns_in_any_order_become_sorted_edges() -> None:
    edges, order = ordered_edges(
        *columns([(2, 1, 0.3), (0, 2, 0.2), (2, 0, 0.4), (0, 0, 0.1)]), n_seekers=4, n_vacancies=3
    )
    assert edges.first_edge.tolist() == [0, 2, 2, 4, 4]  # seekers 1 and 3 have no candidates
    assert edges.vacancy.tolist() == [0, 2, 0, 1]
    assert order.tolist() == [3, 1, 2, 0]
    assert edges.seekers_of(np.array([0, 2, 3])).tolist() == [0, 2, 2]
    assert edges.candidates_of_vacancies().tolist() == [2, 1, 1]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([(0, 0, -0.1)], "negative"),
        ([(0, 0, float("nan"))], "not finite"),
        ([(0, 0, float("inf"))], "not finite"),
        ([(0, 0, 0.1), (0, 0, 0.2)], "twice"),
        ([(7, 0, 0.1)], "does not exist"),
        ([(-1, 0, 0.1)], "does not exist"),
        ([(0, -1, 0.1)], "does not exist"),
    ],
)
def test_impossible_candidates_are_refused(rows: Rows, says: str) -> None:
    with pytest.raises(DataError, match=says):
        ordered_edges(*columns(rows), n_seekers=1, n_vacancies=1)


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(DataError, match="1 scores"):
        ordered_edges(np.zeros(2, np.int32), np.zeros(2, np.int32), np.ones(1), n_seekers=1, n_vacancies=1)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"vacancy": np.array([1, 0, 2], np.int32)}, "out of order"),
        ({"vacancy": np.array([0, 1, 3], np.int32)}, "does not exist"),
        ({"vacancy": np.array([0, 1], np.int32)}, "2 vacancies and 3 scores"),
        ({"vacancy": np.array([0, 1, 2])}, "int64"),
        ({"success": np.ones(6, np.float32)[::2]}, "contiguous"),
        ({"first_edge": np.array([0, 2])}, "divide"),
        ({"first_edge": np.array([0, 4, 3])}, "divide"),
        ({"first_edge": np.array([], np.int64)}, "divide"),
    ],
)
def test_columns_that_are_not_a_graph_are_refused(wrong: dict, says: str) -> None:
    right = {
        "first_edge": np.array([0, 2, 3]), "vacancy": np.array([0, 1, 2], np.int32),
        "success": np.ones(3, np.float32), "n_vacancies": 3,
    }  # fmt: skip
    assert len(CandidateEdges(**right)) == 3
    with pytest.raises(DataError, match=says):
        CandidateEdges(**{**right, **wrong})


def test_files_are_mapped_and_not_read_into_memory(tmp_path: Path) -> None:
    np.save(tmp_path / "vacancy.npy", np.array([0, 1, 2], np.int32))
    mapped = np.load(tmp_path / "vacancy.npy", mmap_mode="r")
    edges = CandidateEdges(np.array([0, 2, 3]), mapped, np.ones(3, np.float32), 3)
    assert np.shares_memory(edges.vacancy, mapped)
    assert not edges.success.flags.writeable
