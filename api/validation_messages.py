"""Says what is wrong with a field: where, what was found, what was expected, in Chinese and English."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.schemas.problem import FieldProblem

PERSONAL_FIELDS = frozenset(
    {"identity", "name", "identity_number", "phone", "text", "profile_text", "birth_date", "authorization"}
)
"""What is sent under these names is never repeated in an answer."""

_LONGEST_ECHO = 60
_Words = tuple[str, str]


def _number(value: float) -> str:
    return f"{value:,.15g}"


def _choices(context: dict[str, Any]) -> _Words:
    """pydantic writes: 'a', 'b' or 'c'."""
    told = str(context["expected"])
    return f"其中之一：{told.replace(' or ', '、').replace(', ', '、')}", f"one of {told}"


_EXPECTATIONS: dict[str, Callable[[dict[str, Any]], _Words]] = {
    "missing": lambda _: ("必填", "required"),
    "extra_forbidden": lambda _: ("没有这个字段，请核对字段名", "no such field, check its name"),
    "string_type": lambda _: ("文字", "text"),
    "string_unicode": lambda _: ("由完整字符组成的文字", "text of whole characters"),
    "string_pattern_mismatch": lambda c: (f"符合 {c['pattern']} 的文字", f"text that matches {c['pattern']}"),
    "int_type": lambda _: ("整数", "a whole number"),
    "int_parsing": lambda _: ("整数", "a whole number"),
    "int_parsing_size": lambda _: ("位数少得多的整数", "a whole number of far fewer digits"),
    "int_from_float": lambda _: ("整数", "a whole number"),
    "float_type": lambda _: ("数字", "a number"),
    "float_parsing": lambda _: ("数字", "a number"),
    "finite_number": lambda _: ("有限的数字", "a finite number"),
    "bool_type": lambda _: ("true 或 false", "true or false"),
    "bool_parsing": lambda _: ("true 或 false", "true or false"),
    "list_type": lambda _: ("列表", "a list"),
    "model_attributes_type": lambda _: ("对象", "an object"),
    "model_type": lambda _: ("对象", "an object"),
    "dict_type": lambda _: ("对象", "an object"),
    "greater_than_equal": lambda c: (f"大于或等于 {_number(c['ge'])}", f"≥ {_number(c['ge'])}"),
    "less_than_equal": lambda c: (f"小于或等于 {_number(c['le'])}", f"≤ {_number(c['le'])}"),
    "string_too_short": lambda c: (f"至少 {c['min_length']} 个字", f"at least {c['min_length']} characters"),
    "string_too_long": lambda c: (f"至多 {c['max_length']} 个字", f"at most {c['max_length']} characters"),
    "too_long": lambda c: (f"至多 {c['max_length']} 项", f"at most {c['max_length']} items"),
    "too_short": lambda c: (f"至少 {c['min_length']} 项", f"at least {c['min_length']} items"),
    "literal_error": _choices,
    "enum": _choices,
    "date_type": lambda _: ("日期，如 2026-03-01", "a date such as 2026-03-01"),
    "date_parsing": lambda _: ("日期，如 2026-03-01", "a date such as 2026-03-01"),
    "date_from_datetime_parsing": lambda _: ("日期，如 2026-03-01", "a date such as 2026-03-01"),
    "date_from_datetime_inexact": lambda _: ("不带时刻的日期", "a date without a time"),
}


def field_problem(fault: dict[str, Any]) -> FieldProblem:
    """One fault as pydantic reports it (`type`, `loc`, `msg`, `input`, `ctx`), in words for the caller."""
    place = [str(part) for part in fault["loc"]]
    pointer = "#/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in place)
    name = f"{place[-2]}[{place[-1]}]" if place[-1].isdigit() and len(place) > 1 else place[-1]
    if fault["type"] == "zhuye":
        return FieldProblem(pointer=pointer, detail=str(fault["msg"]))
    words = _EXPECTATIONS.get(fault["type"])
    expected_zh, expected_en = words(fault.get("ctx", {})) if words else ("其他内容", str(fault["msg"]))
    if fault["type"] in ("missing", "extra_forbidden"):
        return FieldProblem(pointer=pointer, detail=f"{name}：{expected_zh} / {name}: {expected_en}")
    found_zh, found_en = _echo(place, fault.get("input"))
    return FieldProblem(
        pointer=pointer,
        detail=f"{name}：应为{expected_zh}，收到 {found_zh} / {name}: expected {expected_en}, found {found_en}",
        found=found_en,
        expected=expected_en,
    )


def _echo(place: list[str], value: object) -> _Words:
    if PERSONAL_FIELDS & set(place):
        return "（不回显）", "(withheld)"
    if isinstance(value, dict | list):
        return ("对象", "an object") if isinstance(value, dict) else ("列表", "a list")
    if value is None:
        return "空", "null"
    text = repr(value)
    return (text, text) if len(text) <= _LONGEST_ECHO else (text[:_LONGEST_ECHO] + "…", text[:_LONGEST_ECHO] + "…")
