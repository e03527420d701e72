"""No withheld cell can be had by subtraction, whatever the table: proved apart from the code that chooses."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from evaluation.outcomes.cells import Cells, cells_of
from evaluation.outcomes.disclosure import is_small, withheld

THRESHOLD = 4
"""Small, so that small cities have cells of every kind."""

cities = st.builds(
    lambda seed, people, districts, months, kinds: np.random.default_rng(seed).integers(
        0, [districts, months, kinds], (people, 3)
    ),
    st.integers(0, 2**32 - 1),
    st.integers(1, 120),
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(1, 8),  # memberships of up to three groups, alone and together
)


def table(rows: np.ndarray) -> Cells:
    return cells_of(
        pd.DataFrame(
            {
                "district_code": [f"d{i}" for i in rows[:, 0]],
                "month": [f"m{i}" for i in rows[:, 1]],
                "group_mask": rows[:, 2].astype("uint16"),
            }
        )
    )


@settings(max_examples=60, deadline=None)
@given(cities)
def test_every_small_cell_keeps_more_than_one_possible_value(rows: np.ndarray) -> None:
    cells = table(rows)
    counts = cells.count(np.ones(len(rows), dtype=bool))
    small = is_small(counts, threshold=THRESHOLD)
    hidden = withheld(counts, cells.relations, small, shown=cells.shown, threshold=THRESHOLD)
    assert not (small & ~hidden).any()
    unknown = np.flatnonzero(hidden)
    system = cells.relations.toarray()
    left, right = system[:, unknown], -(system[:, ~hidden] @ counts[~hidden])
    # A reader who knows every shown cell, and what adds up to what: dense linear algebra, another way than the code.
    if unknown.size:
        _, sizes, directions = np.linalg.svd(left)
        null = directions[int((sizes > 1e-9).sum()) :]
        fixed = np.abs(null).max(axis=0, initial=0.0) < 1e-9
        assert not (fixed & small[unknown]).any()
    # And who knows that counts are not negative, and that nobody outside the city is in it.
    for cell in np.flatnonzero(small[unknown])[:3]:
        goal = np.zeros(unknown.size)
        goal[cell] = 1
        ends = [linprog(way * goal, A_eq=left, b_eq=right, bounds=(0, 10_000)).x[cell] for way in (1, -1)]
        assert ends[1] - ends[0] > 1e-6


@settings(max_examples=60, deadline=None)
@given(cities)
def test_no_single_relation_gives_a_small_sum(rows: np.ndarray) -> None:
    cells = table(rows)
    counts = cells.count(np.ones(len(rows), dtype=bool))
    small = is_small(counts, threshold=THRESHOLD)
    hidden = withheld(counts, cells.relations, small, shown=cells.shown, threshold=THRESHOLD)
    assert (counts[hidden] > 0).all()
    for row in cells.relations.toarray():
        parts, whole = (row < 0) & hidden, (row > 0) & hidden
        if parts.any() and not whole.any():
            assert parts.sum() >= 2
            assert counts[parts].sum() >= THRESHOLD


@settings(max_examples=30, deadline=None)
@given(cities)
def test_nothing_is_withheld_where_nothing_is_small(rows: np.ndarray) -> None:
    cells = table(rows)
    counts = cells.count(np.ones(len(rows), dtype=bool))
    assert not withheld(counts, cells.relations, np.zeros(len(counts), dtype=bool), shown=cells.shown).any()
