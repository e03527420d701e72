"""The file of people who were trained or not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pytest

from api.jobs.evaluation.training_file import read_training_file
from data.errors import DataError

ROWS = ["结果,参训,此前结果,年龄,人群", "1,是,0,30,甲", '0,否,1,"1,040",乙', "1,1,0,50,甲", ",否,0,20,乙"]


def written(folder: Path, rows: list[str], encoding: str = "utf-8") -> Path:
    path = folder / "training.csv"
    path.write_text("\n".join(rows), encoding=encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_columns_in_chinese_and_rows_with_an_empty_cell_left_out(tmp_path: Path, encoding: str) -> None:
    found = read_training_file(written(tmp_path, ROWS, encoding))
    assert found.records.names == ("earlier", "年龄")
    np.testing.assert_array_equal(found.records.outcome, [1, 0, 1])
    np.testing.assert_array_equal(found.records.trained, [True, False, True])
    np.testing.assert_array_equal(found.records.covariates, [[0, 30], [1, 1040], [0, 50]])
    assert found.earlier == "earlier"
    assert {name: members.tolist() for name, members in found.groups.items()} == {
        "甲": [True, False, True], "乙": [False, True, False],
    }  # fmt: skip
    assert found.left_out == 1


def test_a_workbook_with_english_names(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Outcome", "trained", "age"])
    book.active.append([1.5, 1, 30])
    book.active.append([2, 0, 40])
    book.save(tmp_path / "training.xlsx")
    found = read_training_file(tmp_path / "training.xlsx")
    assert (found.records.names, found.earlier, found.groups) == (("age",), None, {})
    np.testing.assert_array_equal(found.records.outcome, [1.5, 2])


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (["结果,年龄", "1,2"], "no column 参训/trained"),
        (["参训,年龄", "1,2"], "no column 结果/outcome"),
        (["结果,参训", "1,1"], "no column of covariates"),
        (["结果,outcome,参训,年龄", "1,1,1,2"], "twice: outcome"),
        (["结果,参训,年龄", "1,1,三十"], "row 2, column 年龄: '三十' is not a number"),
        (["结果,参训,年龄", "1,1,inf"], "row 2, column 年龄: 'inf' is not a number"),
        (["结果,参训,年龄", "1,2,30"], "other values than 1 and 0"),
        (["结果,参训,年龄", ",,"], "no row without an empty cell"),
        (["结果,参训,年龄"], "no row without an empty cell"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, rows: list[str], problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        read_training_file(written(tmp_path, rows))
