"""Reads a file of people who were trained or not, with what became of them: the records hold no enrolments."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import DataError
from data.ingest.table_file import read_xlsx_rows
from data.ingest.text_file import read_csv_rows
from evaluation.training_effect.training_records import TrainingRecords

_NAMES = {
    "outcome": ("结果", "outcome"),
    "trained": ("参训", "trained", "treated"),
    "earlier": ("此前结果", "earlier_outcome"),
    "group": ("人群", "group"),
}
_YES_NO = {"是": 1.0, "否": 0.0, "yes": 1.0, "no": 0.0, "true": 1.0, "false": 0.0}


@dataclass(frozen=True)
class TrainingFile:
    """What a file holds.

    Attributes
    ----------
    earlier
        Which covariate is the outcome before the training; None: the file has none.
    groups
        Name → bool of shape (people,), of the column of groups.
    left_out
        Rows with an empty cell.
    """

    name: str
    records: TrainingRecords
    earlier: str | None
    groups: dict[str, npt.NDArray[np.bool_]]
    left_out: int


def read_training_file(path: Path) -> TrainingFile:
    """A CSV or XLSX file: 结果/outcome, 参训/trained (1 or 0, 是 or 否), optionally 此前结果/earlier_outcome and
    人群/group; every other column is a covariate, a number known before the training.

    Raises
    ------
    DataError
        A column is missing or doubled, or a cell is not a number; names the row and the column.
    """
    lines = read_xlsx_rows(path) if path.suffix.lower() == ".xlsx" else read_csv_rows(path)
    _, header = next(lines, (0, []))
    names = [_field(name) for name in header if name.strip()]
    _check_header(path, names)
    rows = [(number, [cell.strip() for cell in cells[: len(names)]]) for number, cells in lines]
    whole = [(number, cells) for number, cells in rows if len(cells) == len(names) and all(cells)]
    if not whole:
        raise DataError(
            f"{path.name} has no row without an empty cell", remedy="give one row a person, every cell filled"
        )
    table = {
        name: [_value(path, number, name, cells[place]) for number, cells in whole] for place, name in enumerate(names)
    }
    group = pd.Series(table.pop("group", []), dtype="string")
    outcome, trained = (np.array(table.pop(name), dtype=np.float64) for name in ("outcome", "trained"))
    if not np.isin(trained, (0, 1)).all():
        raise DataError(
            f"{path.name}, 参训/trained: other values than 1 and 0", remedy="1 or 是: trained; 0 or 否: not"
        )
    records = TrainingRecords(
        outcome, trained == 1, np.array(list(table.values()), dtype=np.float64).reshape(len(table), -1).T, tuple(table)
    )
    return TrainingFile(
        path.name,
        records,
        "earlier" if "earlier" in table else None,
        {str(name): (group == name).to_numpy(bool) for name in sorted(group.unique())},
        len(rows) - len(whole),
    )


def _field(name: str) -> str:
    text = name.strip()
    return next((field for field, names in _NAMES.items() if text.lower() in names), text)


def _check_header(path: Path, names: list[str]) -> None:
    doubled = sorted({name for name in names if names.count(name) > 1})
    missing = ["/".join(_NAMES[field]) for field in ("outcome", "trained") if field not in names]
    if doubled or missing or len(names) < 3:
        problem = f"twice: {', '.join(doubled)}" if doubled else f"no column {', '.join(missing) or 'of covariates'}"
        raise DataError(
            f"{path.name}: {problem}",
            remedy="columns 结果/outcome, 参训/trained, and what was known before the training as numbers",
        )


def _value(path: Path, number: int, name: str, cell: str) -> float | str:
    if name == "group":
        return cell
    try:
        value = _YES_NO.get(cell.lower())
        value = float(cell.replace(",", "")) if value is None else value
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise DataError(
            f"{path.name}, row {number}, column {name}: {cell!r} is not a number",
            remedy="numbers only; leave the cell empty where it is not known: such rows are left out and counted",
        )
    return value
