"""Where people come from is shown without small cells, nor what they follow from."""

from __future__ import annotations

import pandas as pd
import pytest

from api.withheld_origins import withheld_order_origins, withheld_origins
from training_recs.project_assessment.assessment_tables import ORIGINS
from training_recs.training_orders.order_people import ORDER_ORIGINS


def test_small_cells_are_withheld_and_do_not_follow_by_subtraction() -> None:
    rows = [("district", "220102", 40, 4.0), ("district", "220103", 15, 2.0), ("district", "220104", 5, 1.0),
            ("group", "veteran", 57, 5.0), ("group", "graduate", 12, 5.0)]  # fmt: skip
    origins = ORIGINS.check(pd.DataFrame(rows, columns=list(ORIGINS.columns)))
    shown = withheld_origins(origins, 60)
    # 5 is small; with it goes 15, else it would be 60 − 40 − 15. All but 3 are veterans.
    assert shown["people"].fillna(-1).tolist() == [40, -1, -1, -1, 12]
    assert shown["expected"].isna().tolist() == shown["people"].isna().tolist()


def test_of_few_people_in_all_no_district_is_listed() -> None:
    rows = [("district", "220102", 4, 1.0), ("district", "220103", 0, 0.0), ("group", "veteran", 4, 1.0)]
    origins = ORIGINS.check(pd.DataFrame(rows, columns=list(ORIGINS.columns)))
    assert withheld_origins(origins, 4).empty  # one row alone would say where all four are from


@pytest.mark.parametrize(
    ("districts", "shown"),
    [
        # code, ready, could → as shown; -1: withheld, None: not listed
        ([(0, 40), (12, 30)], [(0, 40), (12, 30)]),
        ([(20, 40), (10, 4), (10, 3)], [(20, -1), (10, -1), (10, -1)]),  # 4 and 3 would add up to what is missing
        ([(20, 40), (10, 14), (10, 3)], [(20, 40), (10, -1), (10, -1)]),
        ([(3, 40), (0, 20)], [(-1, 40), (-1, 20)]),  # 3 in all are shown: that nobody is from the second would tell
        ([(3, 0), (0, 20)], [None, (-1, 20)]),
        ([(3, 0), (2, 4)], [None, None]),
    ],
)
def test_an_orders_people_by_district(districts: list[tuple[int, int]], shown: list[tuple[int, int] | None]) -> None:
    codes = ["220102", "220103", "220104"][: len(districts)]
    rows = [("district", code, *counts) for code, counts in zip(codes, districts, strict=True)]
    origins = ORDER_ORIGINS.check(pd.DataFrame(rows, columns=list(ORDER_ORIGINS.columns)))
    ready, could = (int(origins[name].sum()) for name in ("ready", "could"))
    found = withheld_order_origins(origins, ready=ready, could=could).fillna(-1)
    expected = [(code, *row) for code, row in zip(codes, shown, strict=True) if row is not None]
    assert list(found[["code", "ready", "could"]].itertuples(index=False, name=None)) == expected


def test_a_group_that_nearly_everybody_is_in_is_withheld() -> None:
    rows = [("group", "veteran", 0, 57), ("group", "graduate", 0, 12)]
    origins = ORDER_ORIGINS.check(pd.DataFrame(rows, columns=list(ORDER_ORIGINS.columns)))
    assert withheld_order_origins(origins, ready=0, could=60)["could"].fillna(-1).tolist() == [-1, 12]
