"""What is read from free profile text: precision and recall of each field, on profiles seen and unseen by the rules.

The rules were written with the judged profiles in sight. `profiles_own.csv` holds invented people, written by authors
of the rules in six sets; each set was read once before the rules were mended by what they missed. Those first
readings (`FIRST_READINGS`) are the only figures that say how the rules generalise: the third set was written by
somebody who had not yet read the rules, the later ones by the one who had just mended them. A value counts
when it is equal; fields of many values (credentials, groups) count by their members; work done, work wanted and
refusals are phrases, and count when they contain the word told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.results import data_folder, write_section
from data.reference.districts import find_district
from models.profile_reader import Job, read_profile

# fmt: off
FIRST_READINGS: dict[str, dict[str, tuple[int, int, int]]] = {
    "first": {"all": (98, 77, 77)},
    "second": {"all": (75, 57, 54)},
    "third": {
        "age": (22, 16, 16), "education_level": (21, 13, 12), "credential": (35, 27, 26),
        "wage_min_cny_month": (40, 28, 24), "district_code": (32, 15, 15), "needs_board": (7, 5, 5),
        "needs_lodging": (9, 8, 8), "accepts_night_work": (16, 4, 4), "accepts_shift_work": (6, 3, 3),
        "will_relocate": (12, 9, 9), "experience_years": (26, 17, 16), "group": (7, 6, 6),
        "commute_limit_km": (1, 1, 1), "experience": (35, 28, 16), "desired_title": (22, 12, 9), "refuses": (18, 6, 6),
    },
    "fourth": {
        "age": (18, 16, 16), "education_level": (16, 11, 10), "credential": (30, 27, 26),
        "wage_min_cny_month": (27, 25, 22), "district_code": (25, 25, 24), "needs_board": (5, 3, 3),
        "needs_lodging": (11, 5, 5), "accepts_night_work": (8, 8, 7), "accepts_shift_work": (4, 0, 0),
        "will_relocate": (8, 6, 5), "experience_years": (21, 19, 14), "group": (3, 2, 2),
        "experience": (30, 24, 14), "desired_title": (15, 12, 10), "refuses": (14, 10, 10),
    },
    "fifth": {
        "age": (17, 17, 17), "education_level": (15, 13, 13), "credential": (25, 25, 25),
        "wage_min_cny_month": (25, 24, 23), "district_code": (22, 22, 22), "needs_board": (5, 5, 5),
        "needs_lodging": (6, 6, 6), "accepts_night_work": (6, 4, 4), "accepts_shift_work": (4, 3, 3),
        "will_relocate": (10, 13, 9), "experience_years": (23, 22, 20), "group": (3, 3, 3),
        "commute_limit_km": (1, 1, 1), "experience": (26, 33, 23), "desired_title": (15, 9, 6), "refuses": (5, 9, 4),
    },
    "sixth": {
        "age": (16, 13, 13), "education_level": (7, 7, 7), "credential": (15, 10, 10),
        "wage_min_cny_month": (19, 18, 17), "district_code": (18, 15, 15), "needs_board": (4, 3, 3),
        "needs_lodging": (4, 2, 2), "accepts_night_work": (4, 3, 2), "accepts_shift_work": (3, 3, 3),
        "will_relocate": (6, 4, 4), "experience_years": (13, 10, 10), "group": (1, 1, 1),
        "commute_limit_km": (1, 1, 1), "experience": (16, 11, 8), "desired_title": (8, 6, 5), "refuses": (8, 7, 6),
    },
}
# fmt: on
"""Values told, read and read rightly, by field, when a set was new to the rules (2026-11-24)."""

PHRASES = ("experience", "desired_title", "refuses")
"""Fields whose values are a person's own words; told as the word that must be among them."""

AIMED_AT = (
    "credential", "wage_min_cny_month", "education_level", "needs_board", "needs_lodging", "accepts_night_work",
    "accepts_shift_work",
)  # fmt: skip
"""Licence, wage, education, board and lodging, shifts: aimed at are precision 0.95 and recall 0.9."""

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
    for name, profiles in own.groupby("set", sort=False):
        told = {
            field: [_values(field, cell) for cell in profiles[field]]
            for field in own.columns.drop(["set", "profile_text"])
            if profiles[field].any()
        }
        parts.append(compare(f"own, {name} set", profiles["profile_text"].tolist(), told))
    return pd.concat([_first_readings(), *parts]), [
        "“First reading”: own profiles when they were still new to the rules, recorded once. These rows say how the "
        "rules generalise; few cases, written by the authors of the rules. All others say how far the rules reach on "
        "profiles that they were written with or mended by.",
        "The third, fourth and sixth set are dictated, dialect, lists and slips; the fifth is plain sentences. Six "
        "cells of the third to fifth were annotated wrongly and mended after their first reading, which stands.",
        "The target (precision 0.95, recall 0.9) is for licence, wage, education, board and lodging, and shifts.",
        f"{len(judged)} judged and {len(own)} own profiles. Only what a text says counts as told; certificates of no "
        "table of ours (施工员证, 内审员证) are left out. A district is told only by a county-level name.",
    ]


def _first_readings() -> pd.DataFrame:
    """First readings by field, and their sums over the fields aimed at, the typed fields and all."""
    parts = []
    for name, fields in FIRST_READINGS.items():
        counts = dict(fields)
        if "all" not in counts:
            counts["aimed at"] = _sum(fields[field] for field in AIMED_AT)
            counts["all but phrases"] = _sum(count for field, count in fields.items() if field not in PHRASES)
            counts["all"] = _sum(fields.values())
        parts.append(_table(f"first reading, {name} set", counts))
    return pd.concat(parts)


def compare(profiles: str, texts: Sequence[str], told: dict[str, list[set[Any]]]) -> pd.DataFrame:
    """Counts, precision and recall by field, over sets of values told and read for each text; `all` sums them."""
    readings = [read_profile(text, None) for text in texts]
    counts = {
        field: _sum(
            _count(field, values, reading.values(field)) for values, reading in zip(expected, readings, strict=True)
        )
        for field, expected in told.items()
    }
    return _table(profiles, {**counts, "all": _sum(counts.values())})


def _count(field: str, told: set[Any], values: list[Any]) -> tuple[int, int, int]:
    """Values told, read and right in one profile."""
    if field not in PHRASES:
        return len(told), len(set(values)), len(told & set(values))
    read = {value.title if isinstance(value, Job) else str(value) for value in values}
    left = set(read)
    for word in told:
        left.discard(next((phrase for phrase in sorted(left) if word in phrase), ""))
    return len(told), len(read), len(read) - len(left)


def _sum(counts: Iterable[tuple[int, int, int]]) -> tuple[int, int, int]:
    told, read, right = map(sum, zip(*counts, strict=True))
    return told, read, right


def _table(profiles: str, counts: dict[str, tuple[int, int, int]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "profiles": profiles, "field": field, "told": told, "read": read, "right": right,
                "precision": f"{right / read:.2f}" if read else "–",
                "recall": f"{right / told:.2f}" if told else "–",
            }
            for field, (told, read, right) in counts.items()
        ]
    )  # fmt: skip


def _values(field: str, cell: str) -> set[Any]:
    parts = set(cell.split("|")) - {""}
    if field in PHRASES:
        return parts
    return {float(value) if re.fullmatch(r"[\d.]{1,5}", value) else value for value in parts}


def main() -> None:
    path, _ = data_folder(__doc__, "gold/seekers_changchun.csv")
    table, notes = run(path)
    write_section(
        "profile_reader", "Reading of free profile text", "python -m benchmarks.bench_profile_reader", table, notes
    )


if __name__ == "__main__":
    main()
