"""A report with one block of every kind."""

from __future__ import annotations

import pandas as pd

from evaluation.refusal import Caution, Refusal
from evaluation.report.blocks import (
    Curve,
    CurveChart,
    DataTable,
    Headline,
    Headlines,
    Interval,
    IntervalChart,
    Kind,
    Note,
    Report,
    Section,
    Shown,
    Words,
)

NAN = float("nan")
TABLE = DataTable(
    "placed", Words("就业", "placed"), Words("上岗 ÷ 求职者", "placed ÷ seekers"),
    (
        Shown("group", Words("人群", "group")), Shown("n", Words("人数", "people"), Kind.COUNT),
        Shown("share", Words("占比", "share"), Kind.SHARE),
    ),
    pd.DataFrame({"group": ["全体", "退役军人 <b>"], "n": [1234, None], "share": [0.123456789012, NAN], "other": 1}),
)  # fmt: skip
INTERVALS = IntervalChart(
    Words("就业率", "placement rate"), Kind.SHARE,
    (
        Interval(Words("全体", "everyone"), 0.25, 0.2, 0.3, "n = 40", 0),
        Interval(Words("全体", "everyone"), 0.5, NAN, NAN, "", 1),
        Interval(Words("退役军人", "veteran"), NAN, NAN, NAN, "人数少，隐去 withheld", 0),
    ),
    (Words("30 天", "30 days"), Words("90 天", "90 days")), reference=0.4,
)  # fmt: skip
CURVES = CurveChart(
    Words("等待", "waiting"), Words("天数", "days"), Words("占比", "share"), Kind.DAYS, Kind.SHARE,
    (Curve(Words("上岗", "placed"), (0, 30, 60), (0.0, 0.1, 0.2), (0.0, 0.05, 0.1), (0.0, 0.2, 0.4)),),
)  # fmt: skip
REPORT = Report(
    Words("成效评估报告", "Did it put people into work?"), Words("某日", "some day"), True, {"记录 records": "abc"},
    (
        Section(
            "outcomes", Words("就业成效", "Outcomes"),
            (
                Note(Words("说明", "a note")), Caution("留意", "mind"),
                Refusal("没有推断的依据", "nothing to infer from"),
                Headlines((Headline(Words("求职者", "seekers"), "1,234", "n"),)), INTERVALS, CURVES, TABLE,
            ),
        ),
    ),
)  # fmt: skip
