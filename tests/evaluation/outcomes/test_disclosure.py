"""Disclosure control on tables that a reader can follow."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from data.errors import DataError
from evaluation.outcomes.disclosure import derivable, is_small, small_in_sequence, withheld

ROW = csr_array(np.array([[1, -1, -1, -1]]))
"""A whole and its three parts."""


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([60, 20, 20, 20], [1, 1, 1, 1]),
        ([49, 20, 20, 9], [1, 0, 1, 0]),  # 9 would follow from the others: a second is withheld
        ([40, 20, 20, 0], [1, 1, 1, 1]),  # an empty cell tells nothing of anybody
        ([29, 20, 5, 4], [1, 0, 0, 0]),  # two small ones add up to 9: their sum would follow
        ([26, 20, 3, 3], [1, 0, 0, 0]),
        ([32, 20, 6, 6], [1, 1, 0, 0]),  # what follows is a sum of 12, which could be shown
        ([9, 9, 0, 0], [0, 0, 1, 1]),  # the whole is small too
        ([8, 4, 4, 0], [0, 0, 0, 1]),
    ],
)
def test_a_row_of_three_parts(counts: list[int], shown: list[int]) -> None:
    numbers = np.array(counts)
    assert (~withheld(numbers, ROW, is_small(numbers))).astype(int).tolist() == shown


def test_a_cell_of_two_crossing_rows_needs_a_rectangle() -> None:
    # total, rows r1 r2, columns c1 c2, then the four cells.
    relations = csr_array(
        np.array(
            [
                [1, -1, -1, 0, 0, 0, 0, 0, 0],
                [1, 0, 0, -1, -1, 0, 0, 0, 0],
                [0, 1, 0, 0, 0, -1, -1, 0, 0],
                [0, 0, 1, 0, 0, 0, 0, -1, -1],
                [0, 0, 0, 1, 0, -1, 0, -1, 0],
                [0, 0, 0, 0, 1, 0, -1, 0, -1],
            ]
        )
    )
    counts = np.array([95, 35, 60, 35, 60, 5, 30, 30, 30])
    hidden = withheld(counts, relations, is_small(counts))
    assert hidden[5:].all(), "one alone, or one a row, would follow"
    assert not hidden[:5].any()


def test_a_cell_that_joins_two_rectangles_follows_from_a_chain_of_sums() -> None:
    # Rows and columns 1–2 and 3–4 have a small rectangle each, and the cell of row 2, column 3 joins them. No sum has
    # only one unknown; but rows 1 and 2 less columns 1 and 2 leave the joining cell alone.
    grid = np.full((4, 4), 30)
    for row, column in [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 2), (2, 3), (3, 2), (3, 3)]:
        grid[row, column] = 6
    index = np.arange(16).reshape(4, 4)
    relations = np.zeros((8, 24), dtype=int)
    for line in range(4):
        relations[line, [16 + line, *index[line]]] = [1, -1, -1, -1, -1]
        relations[4 + line, [20 + line, *index[:, line]]] = [1, -1, -1, -1, -1]
    counts = np.concatenate([grid.ravel(), grid.sum(axis=1), grid.sum(axis=0)])
    system, small = csr_array(relations), is_small(counts)
    assert derivable(small, system).tolist() == [cell == index[1, 2] for cell in range(24)]
    hidden = withheld(counts, system, small)
    assert not (derivable(hidden, system) & small).any()
    assert (hidden & ~small).any()


def test_what_follows_by_subtraction_is_found() -> None:
    only, two = np.array([False, True, False, False]), np.array([False, True, True, False])
    assert derivable(only, ROW).tolist() == [False, True, False, False]
    assert not derivable(two, ROW).any()


def test_a_cell_that_nobody_sees_is_withheld_first() -> None:
    numbers = np.array([45, 5, 20, 20])
    hidden = withheld(numbers, ROW, is_small(numbers), shown=np.array([True, True, True, False]))
    assert hidden.tolist() == [False, True, False, True]


def test_too_few_not_yet_observed_withhold_the_cell_that_leaves_them_out() -> None:
    everyone, observed_30, observed_90 = np.array([40, 40, 40]), np.array([40, 33, 25]), np.array([20, 33, 15])
    assert small_in_sequence([everyone, observed_30]).tolist() == [False, True, False]
    assert small_in_sequence([everyone, observed_30, observed_90]).tolist() == [False, True, False]
    assert small_in_sequence([everyone, observed_30, np.array([35, 0, 9])]).tolist() == [True, False, True]


def test_counts_that_contradict_their_relations_are_refused() -> None:
    with pytest.raises(DataError, match="sum of its parts"):
        withheld(np.array([50, 20, 20, 20]), ROW, np.zeros(4, dtype=bool))
