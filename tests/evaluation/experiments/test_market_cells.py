"""Cells: who belongs where, also when work or district is not known."""

from __future__ import annotations

import pytest

from data.errors import ConfigurationError
from data.market import market_from_records
from evaluation.experiments.market_cells import CellGrid, seeker_cells, vacancy_cells
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy


@pytest.mark.parametrize(
    ("wanted", "held", "district", "cell"),
    [
        ("6-29-03-02", [], "220102", "6-29/220102"),
        ("6-29-03-02", [("4-02-02-01", 9)], "220184", "6-29/220184"),  # what is wanted goes before what was done
        (None, [("4-02-02-01", 2), ("6-29-03-02", 5)], "220102", "6-29/220102"),  # else what was done longest
        (None, [("4-02-02-01", None), ("6-29-03-02", None)], "220102", "4-02/220102"),  # else what was told first
        (None, [(None, 8)], "220102", "unknown/220102"),
        (None, [], None, "unknown/unknown"),
    ],
)
def test_a_seeker_belongs_where_he_wants_to_work_and_lives(
    wanted: str | None, held: list[tuple[str | None, float | None]], district: str | None, cell: str
) -> None:
    grid = CellGrid(2)
    found = records(
        seekers=[seeker(desired_occupation_code=wanted, desired_title=None, district_code=district)],
        seeker_experience=[
            {"seeker_id": "S-1", "title": "工", "occupation_code": code, "years": years} for code, years in held
        ],
    ) if held else records(
        seekers=[seeker(desired_occupation_code=wanted, desired_title=None, district_code=district)]
    )  # fmt: skip
    (number,) = seeker_cells(market_from_records(found, AS_OF), grid)
    assert grid.names[number] == cell


def test_a_vacancy_belongs_where_its_work_is() -> None:
    found = records(
        vacancies=[
            vacancy(vacancy_id="V-1", occupation_code="4-02-02-01", district_code="220122"),
            vacancy(vacancy_id="V-2", occupation_code=None, district_code=None),
        ]
    )
    grid = CellGrid(1)
    assert [grid.names[c] for c in vacancy_cells(market_from_records(found, AS_OF), grid)] == [
        "4/220122", "unknown/unknown",
    ]  # fmt: skip


def test_every_level_has_its_groups_and_an_unknown_one() -> None:
    assert [len(CellGrid(level)) for level in (1, 2, 3)] == [len(CellGrid(level).groups) * 16 for level in (1, 2, 3)]
    assert CellGrid(1).groups == ("1", "2", "3", "4", "5", "6", "unknown")
    assert CellGrid(2).name_zh(CellGrid(2).names.index("6-29/220102")) == "建筑施工人员·南关区"
    with pytest.raises(ConfigurationError, match="level 4"):
        CellGrid(4)


def test_the_nearest_cell_is_the_same_trade_next_door_then_the_next_trade() -> None:
    grid = CellGrid(2)
    distance = dict(zip(grid.names, grid.distance_km(grid.names.index("6-29/220102")), strict=True))
    assert distance["6-29/220102"] == 0
    assert distance["6-29/220104"] < distance["6-28/220102"] < distance["4-02/220102"]
    assert distance["4-02/220102"] == distance["unknown/220102"]
