"""The plan's targets: what the database measures of each, and what it cannot."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from data.reference.plan_targets import Direction, TargetUnit
from evaluation.report.blocks import Block, DataTable, Kind, Note, Section, Words, columns
from evaluation.report.number_text import interval_text, number_text
from evaluation.target_progress import Measured, TargetProgress

_MEASURED = {
    Measured.EXACTLY: "可测 measured",
    Measured.LOWER_BOUND: "下限 lower bound",
    Measured.STAND_IN: "近似替代 stand-in",
    Measured.NOT: "无法测量 not measurable here",
}
_REACHED = {True: "已达 reached", False: "未达 not reached", None: "不能判定 cannot be told"}
_KINDS = {TargetUnit.SHARE: Kind.SHARE, TargetUnit.PERSON_TIMES: Kind.COUNT}
_SIGNS = {Direction.AT_LEAST: "≥", Direction.AT_MOST: "≤"}


def targets_section(progress: Sequence[TargetProgress]) -> Section:
    """The section of the targets."""
    shown = columns(
        ("name", "目标", "target"), ("goal", "要求", "goal"), ("value", "实测（95 % 区间）", "measured (95 %)"),
        ("how", "可测程度", "how far measured"), ("reached", "结论", "reached"), ("counts", "计数", "counts"),
        ("notes", "说明", "remarks"), ("definition", "定义", "definition"), ("source", "来源", "source"),
    )  # fmt: skip
    blocks: tuple[Block, ...] = (
        Note(
            Words(
                "数据库只知道在本机构登记的人；其中的占比是他们的占比，其中的人数是全市的下限。",
                "The database knows who registered with the service: a share is theirs, a count a lower bound of the "
                "city's.",
            )
        ),
        DataTable(
            "targets",
            Words("就业计划的目标", "targets of the employment plan"),
            Words(
                "每行的定义、来源与不能测量的原因见各列", "definition, source and why not measurable stand in each row"
            ),
            shown,
            pd.DataFrame([_row(one) for one in progress], columns=[column.name for column in shown]),
        ),
    )
    return Section("targets", Words("计划目标", "Targets"), blocks)


def _row(one: TargetProgress) -> dict[str, str]:
    target, kind = one.target, _KINDS[one.target.unit]
    counts = [f"{part.name_zh} {part.name_en}: {number_text(part.count, Kind.COUNT)}" for part in one.parts]
    return {
        "name": f"{target.name_zh} {target.name_en}",
        "goal": "—" if target.value is None else f"{_SIGNS[target.direction]} {number_text(target.value, kind)}",
        "value": "—" if one.value is None else interval_text(one.value, one.low, one.high, kind),
        "how": _MEASURED[one.measured],
        "reached": _REACHED[one.reached],
        "counts": "；".join(counts),
        "notes": "；".join(f"{note.zh} {note.en}" for note in one.notes),
        "definition": f"{target.definition_zh} {target.definition_en}",
        "source": target.source,
    }
