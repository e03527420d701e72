"""The file of what a plan must keep to: budget, teachers, rooms, and confirmed orders."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data.errors import DataError
from data.ingest.table_file import read_xlsx_rows
from data.ingest.text_file import read_csv_rows
from data.reference.districts import district_rows, find_district
from data.reference.occupations import group_names, occupation_rows
from training_recs.demand_forecast.demand_history import LEVELS
from training_recs.seat_plan.planning_tables import LIMITS, ORDERS, LimitKind

_NAMES = {
    "kind": ("项目", "kind"),
    "provider": ("机构", "provider"),
    "district_code": ("区县", "district"),
    "occupation": ("职业", "occupation"),
    "month": ("月份", "month"),
    "value": ("数值", "value"),
}
_ORDER = "order"
_KINDS = {
    "预算": LimitKind.BUDGET, "budget": LimitKind.BUDGET, "教师": LimitKind.TEACHERS, "teachers": LimitKind.TEACHERS,
    "教室": LimitKind.ROOMS, "rooms": LimitKind.ROOMS, "订单": _ORDER, "order": _ORDER,
}  # fmt: skip


@dataclass(frozen=True)
class PlanningFile:
    """`limits` (`LIMITS`) and `orders` (`ORDERS`) as stated."""

    limits: pd.DataFrame
    orders: pd.DataFrame


def read_planning_file(path: Path, *, level: str = "minor") -> PlanningFile:
    """A CSV or XLSX file with the columns 项目/kind (预算, 教师, 教室, 订单), 机构/provider, 区县/district,
    职业/occupation, 月份/month, 数值/value. An empty cell means any; an order names occupation, district and month.

    Raises
    ------
    DataError
        A column is missing or unknown, or a cell is not what it must be; names the row and the column.
    """
    lines = read_xlsx_rows(path) if path.suffix.lower() == ".xlsx" else read_csv_rows(path)
    _, header = next(lines, (0, []))
    fields = [_field(path, name) for name in header if name.strip()]
    missing = ["/".join(_NAMES[field]) for field in ("kind", "value") if field not in fields]
    if missing or len(set(fields)) < len(fields):
        raise DataError(
            f"{path.name}："
            + (f"缺少列 / no column {', '.join(missing)}" if missing else "列重复 / a column stands twice"),
            remedy=f"列名有 / columns {', '.join('/'.join(names) for names in _NAMES.values())}",
        )
    limits: list[dict[str, object]] = []
    orders: list[dict[str, object]] = []
    for number, cells in lines:
        row = {field: cell.strip() for field, cell in zip(fields, cells, strict=False)}
        if any(row.values()):
            read = _read(path, number, row)
            (orders if read["kind"] == _ORDER else limits).append(read)
    return PlanningFile(_limits(limits), _orders(orders, level))


def _field(path: Path, name: str) -> str:
    found = next((field for field, names in _NAMES.items() if name.strip().lower() in names), None)
    if found is None:
        raise DataError(
            f"{path.name}：没有这个列名 / unknown column {name.strip()!r}",
            remedy=f"列名有 / columns {', '.join('/'.join(names) for names in _NAMES.values())}",
        )
    return found


def _read(path: Path, number: int, row: dict[str, str]) -> dict[str, object]:
    def refuse(field: str, expected: str) -> DataError:
        found = row.get(field, "")
        return DataError(
            f"{path.name} 第 {number} 行 row {number}, column {'/'.join(_NAMES[field])}: {found!r}",
            remedy=f"应为 / expected {expected}",
        )

    kind = _KINDS.get(row.get("kind", "").lower())
    if kind is None:
        raise refuse("kind", "预算/budget, 教师/teachers, 教室/rooms or 订单/order")
    try:
        value = float(row.get("value", "").replace(",", ""))
    except ValueError:
        value = -1.0
    least = 1 if kind == _ORDER else 0
    if not least <= value < 1e12 or (kind != LimitKind.BUDGET and value != int(value)):
        raise refuse("value", f"a number from {least}" + ("" if kind == LimitKind.BUDGET else ", whole"))
    district = row.get("district_code", "")
    code = district if district in district_rows() else find_district(district) if district else None
    if district and code is None:
        raise refuse("district_code", "a district of Changchun, by name or code")
    occupation = row.get("occupation", "") or None
    if occupation is not None and occupation not in group_names() and occupation not in occupation_rows():
        raise refuse("occupation", "a code of the 2022 classification, such as 6-18-02")
    month = row.get("month", "")
    stated = re.fullmatch(r"(\d{4})[-/年.](\d{1,2})(?:月|-01)?(?: .*)?", month)
    if month and (stated is None or not 1 <= int(stated[2]) <= 12):
        raise refuse("month", "a month such as 2027-01")
    if kind == _ORDER:
        for field in ("district_code", "occupation", "month"):
            if not row.get(field):
                raise refuse(field, "not empty: an order is for an occupation, a district and a month")
    return {
        "kind": str(kind),
        "provider": row.get("provider") or None,
        "district_code": code,
        "occupation": occupation,
        "month": pd.Timestamp(int(stated[1]), int(stated[2]), 1) if stated else pd.NaT,
        "value": value,
    }


def _limits(rows: list[dict[str, object]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(LIMITS.columns))
    return LIMITS.check(table.assign(month=pd.to_datetime(table["month"])))


def _orders(rows: list[dict[str, object]], level: str) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["occupation", "district_code", "month", "value"])
    whole = ["-".join(str(code).split("-")[: LEVELS[level]]) for code in table["occupation"]]
    orders = table.rename(columns={"value": "seats"}).assign(occupation=whole, month=pd.to_datetime(table["month"]))
    return ORDERS.check(orders[list(ORDERS.columns)])
