"""What is read from free profile text: precision and recall of each field, on profiles seen and unseen by the rules.

The rules were written with the judged profiles in sight. `profiles_own.csv` holds invented people, written by the
author of the rules in two sets; each set was read once before the rules were mended by what they missed. Those first
readings (`FIRST_READINGS`) are the only figures that say how the rules generalise. A value counts when it is equal;
fields of many values (credentials, groups) count by their members.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.results import data_folder, write_section
from data.reference.districts import find_district
from models.profile_reader import read_profile

FIRST_READINGS = {"first": (98, 77, 77), "second": (75, 57, 54)}
"""Values told, read and read rightly over all fields, when a set was new to the rules (2026-11-24)."""

OWN = Path(__file__).with_name("profiles_own.csv")

# Judged by hand, so that the patterns under test do not mark their own work. Certificates of no table are left out.
_CERTIFICATES = {
    "初级会计资格证": "ACC-JUNIOR", "汽车维修工中级证": "AUTO-REPAIR", "C1驾照": "DL-C1", "英语四级": "EN-CET4",
    "护士执业资格证(已通过)": "NURSE", "幼儿园教师资格证": "TEACHER", "普通话二级甲等": "PUTONGHUA", "日语N1": "JA",
    "英语六级": "EN-CET6", "高中语文教师资格证": "TEACHER", "焊工证(特种作业)": "OP-WELD",
    "架子工操作证": "OP-SCAFFOLD", "中式烹调师中级": "CHEF", "健康证": "HEALTH", "叉车证(N1)": "SE-FORKLIFT",
    "A2驾照": "DL-A2",
    "道路货物运输从业资格证": "TQ-GOODS", "育婴员证": "CARE-INFANT", "低压电工操作证": "OP-ELEC-LOW",
    "锅炉司炉证": "SE-BOILER", "低压电工证": "OP-ELEC-LOW", "B2驾照": "DL-B2", "保安员证": "SECURITY",
    "汽车维修工高级": "AUTO-REPAIR", "消防设施操作员(中级)": "FIRE-OPERATOR", "叉车证": "SE-FORKLIFT",
    "人力资源管理师二级": "HR", "专业八级": "EN-CET6", "初中英语教师资格证": "TEACHER",
}  # fmt: skip
_LEVELS = {"初中": 2, "高中": 3, "中专": 3, "大专": 4, "本科": 5, "硕士": 6}
_GROUP_WORDS = {
    "graduate": "应届|刚毕业", "rural_transferred": "农村转移", "urban_hardship": "就业困难",
    "zero_employment_family": "零就业", "veteran": "退伍|退役|兵|部队|转业",
}  # fmt: skip


def _needs(row: Any, words: str) -> set[Any]:
    firm = [part for part in f"{row.needs},{row.desired_job}".split(",") if not re.search("更好|或者宿舍", part)]
    return {True} if any(re.search(words, part) for part in firm) else set()


_JUDGED: dict[str, Callable[[Any], set[Any]]] = {
    "age": lambda row: {int(row.age)},
    "education_level": lambda row: {_LEVELS[row.education]},
    "major": lambda row: {row.major} - {""},
    "credential": lambda row: {_CERTIFICATES[c] for c in row.certificates.split(",") if c in _CERTIFICATES},
    "wage_min_cny_month": lambda row: {float(row.wage_floor)},
    "district_code": lambda row: {find_district(row.district)},
    "commute_limit_km": lambda row: (
        {float(row.max_commute_km)} if "公里" in row.profile_text.split("想找")[-1] else set()
    ),
    "needs_board": lambda row: _needs(row, "[包管]吃"),
    "needs_lodging": lambda row: _needs(row, "[包管]吃?包?住|宿舍|住的地方"),
    "accepts_night_work": lambda row: {"不上夜班" not in row.needs} if "夜班" in row.needs else set(),
    "accepts_shift_work": lambda row: {True} if "倒班" in row.needs else set(),
    # Not every profile says its group; which do is read off by words of the groups' own names.
    "group": lambda row: (
        {row.group} if row.group in _GROUP_WORDS and re.search(_GROUP_WORDS[row.group], row.profile_text) else set()
    ),
}


def run(path: Path) -> tuple[pd.DataFrame, list[str]]:
    judged = pd.read_csv(path, dtype=str, keep_default_na=False)
    rows = list(judged.itertuples())
    seen = {field: [expect(row) for row in rows] for field, expect in _JUDGED.items()}
    own = pd.read_csv(OWN, dtype=str, keep_default_na=False)
    parts = [compare("judged, seen", judged["profile_text"].tolist(), seen)]
    for name, profiles in own.groupby("set"):
        told = {
            field: [_values(cell) for cell in profiles[field]] for field in own.columns.drop(["set", "profile_text"])
        }
        parts.append(compare(f"own, {name} set", profiles["profile_text"].tolist(), told))
    first_readings = "; ".join(
        f"{name} set precision {right / read:.2f}, recall {right / told:.2f} ({right} right of {told} told)"
        for name, (told, read, right) in FIRST_READINGS.items()
    )
    return pd.concat(parts), [
        "The table shows how far the rules reach on profiles that they were written with or mended by. How they "
        f"generalise: own profiles when still unseen, all fields: {first_readings}. Recorded once; few cases.",
        f"{len(judged)} judged and {len(own)} own profiles. Only what a text says counts as told; certificates of no "
        "table of ours (施工员证, 内审员证) are left out.",
    ]


def compare(profiles: str, texts: Sequence[str], told: dict[str, list[set[Any]]]) -> pd.DataFrame:
    """Counts, precision and recall by field, over sets of values told and read for each text; `all` sums them."""
    readings = [read_profile(text, None) for text in texts]
    counts = {
        field: (
            sum(len(values) for values in expected),
            sum(len(set(reading.values(field))) for reading in readings),
            sum(len(v & set(r.values(field))) for v, r in zip(expected, readings, strict=True)),
        )
        for field, expected in told.items()
    }
    counts["all"] = tuple(map(sum, zip(*counts.values(), strict=True)))  # type: ignore[assignment]
    return pd.DataFrame(
        [
            {
                "profiles": profiles, "field": field, "told": told_count, "read": read, "right": right,
                "precision": f"{right / read:.2f}" if read else "–",
                "recall": f"{right / told_count:.2f}" if told_count else "–",
            }
            for field, (told_count, read, right) in counts.items()
        ]
    )  # fmt: skip


def _values(cell: str) -> set[Any]:
    return {float(value) if re.fullmatch(r"[\d.]{1,5}", value) else value for value in cell.split("|")} - {""}


def main() -> None:
    path, _ = data_folder(__doc__, "gold/seekers_changchun.csv")
    table, notes = run(path)
    write_section(
        "profile_reader", "Reading of free profile text", "python -m benchmarks.bench_profile_reader", table, notes
    )


if __name__ == "__main__":
    main()
