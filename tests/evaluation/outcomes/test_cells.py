"""Cells of a report and how one follows from others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.records import SeekerGroup
from evaluation.outcomes.cells import ALL, Cells, cells_of

GRADUATE, VETERAN = (1 << list(SeekerGroup).index(g) for g in (SeekerGroup.GRADUATE, SeekerGroup.VETERAN))


def cells() -> Cells:
    """Four people: two graduates, of whom one is a veteran, in two districts and two months."""
    people = pd.DataFrame(
        {
            "district_code": ["220102", "220102", "220103", "220103"],
            "month": ["2026-01", "2026-02", "2026-02", "2026-02"],
            "group_mask": np.array([GRADUATE, GRADUATE | VETERAN, 0, 0], dtype="uint16"),
        }
    )
    return cells_of(people)


def test_every_margin_is_counted() -> None:
    table = cells().labels.assign(count=cells().count(np.array([True, True, True, False])))
    found = table.set_index(["group", "district_code", "month"])["count"]
    assert found["everyone", ALL, ALL] == 3
    assert found["everyone", "220102", ALL] == 2
    assert found["everyone", ALL, "2026-02"] == 2
    assert found["graduate", "220102", "2026-01"] == 1
    assert found["veteran", ALL, ALL] == 1
    assert found["urban_hardship", ALL, ALL] == 0
    assert found["everyone without graduate", "220103", "2026-02"] == 1
    assert found["graduate without veteran", ALL, ALL] == 1  # every veteran is a graduate here: a reader can subtract


def test_counts_keep_every_relation_whoever_is_counted() -> None:
    for who in ([1, 1, 1, 1], [1, 0, 0, 1], [0, 0, 0, 0]):
        assert not (cells().relations @ cells().count(np.array(who, dtype=bool))).any()


def test_the_people_of_each_shown_cell_are_those_that_are_counted() -> None:
    one, who = cells(), np.array([True, True, False, True])
    counted = np.zeros(len(one.labels), dtype=np.int64)
    for cell, rows in one.people(who):
        assert not counted[cell], "each cell once"
        counted[cell] = len(rows)
        assert who[rows].all()
    assert (counted == np.where(one.shown, one.count(who), 0)).all()
    assert set(one.labels["group"][one.shown]) == {"everyone", *map(str, SeekerGroup)}
