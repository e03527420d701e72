"""Numbers as people read them."""

from __future__ import annotations

import pandas as pd
import pytest

from evaluation.report.blocks import Kind
from evaluation.report.number_text import interval_text, number_text


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (0.1234, Kind.SHARE, "12.3 %"),
        (-0.0321, Kind.POINTS, "−3.2 点"),
        (0.0321, Kind.POINTS, "+3.2 点"),
        (12345, Kind.COUNT, "12,345"),
        (5830.4, Kind.MONEY, "5,830 元"),
        (90, Kind.DAYS, "90 天"),
        (0.0004, Kind.P_VALUE, "< 0.001"),
        (0.0402, Kind.P_VALUE, "0.040"),
        (-15205.3, Kind.NUMBER, "−15,205"),
        (0.31234, Kind.NUMBER, "0.312"),
        ("南关区", Kind.TEXT, "南关区"),
        (float("nan"), Kind.SHARE, "—"),
        (pd.NA, Kind.COUNT, "—"),
        (None, Kind.TEXT, "—"),
    ],
)
def test_number_text(value: object, kind: Kind, text: str) -> None:
    assert number_text(value, kind) == text


def test_interval_text() -> None:
    assert interval_text(0.5, 0.4, 0.6, Kind.SHARE) == "50.0 % (40.0 % – 60.0 %)"
    assert interval_text(0.5, pd.NA, pd.NA, Kind.SHARE) == "50.0 %"
