"""Table files of incubators, mentors and wishes to start a business: what their columns may hold, as in `template`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from data.errors import DataError
from data.ingest import fields as f
from data.ingest.fields import Field
from data.records import (
    FORM_NAMES_ZH,
    GROUP_NAMES_ZH,
    STAGE_NAMES_ZH,
    STANDING_NAMES_ZH,
    BusinessForm,
    SeekerGroup,
    Standing,
    StartupStage,
)
from data.reference.occupations import group_names, occupation_rows

_DATE = "日期，如 2026-03-01 / a date such as 2026-03-01"
_ANSWER = "是或否 / 是 or 否"
_WORDS = "文字 / text"
_DISTRICT = "长春市的区县，名称或代码 / a district of Changchun, by name or code"
_DEGREES = "度（WGS-84） / degrees (WGS-84)"
_BETWEEN = re.compile(r"[、;；,，|]+")


def _words(names: Mapping[str, str]) -> str:
    return ", ".join(f"{zh} ({code})" for code, zh in names.items())


_STAGES = {str(stage): STAGE_NAMES_ZH[stage] for stage in StartupStage}
_FORMS = {str(form): FORM_NAMES_ZH[form] for form in BusinessForm}
_STANDINGS = {str(standing): STANDING_NAMES_ZH[standing] for standing in Standing}
_GROUPS = {str(group): GROUP_NAMES_ZH[group] for group in SeekerGroup}


def one_of(names: Mapping[str, str]) -> Callable[[str], str]:
    """A reader of one code of `names` (code → Chinese), written either way."""
    known = {**{code: code for code in names}, **{zh: code for code, zh in names.items()}}

    def read(value: str) -> str:
        if value not in known:
            raise DataError(f"没有 / there is no {value!r}")
        return known[value]

    return read


def some_of(names: Mapping[str, str]) -> Callable[[str], str | None]:
    """A reader of several codes of `names`, '、' between; 不限 and 无 are none."""
    read_one = one_of(names)

    def read(value: str) -> str | None:
        parts = (part.strip() for part in _BETWEEN.split(value))
        return _joined(read_one(part) for part in parts if part not in ("", "不限", "无"))

    return read


def occupations(value: str) -> str | None:
    """Codes of the classification or their beginnings, '、' between; 不限 is none."""
    parts = [part.strip() for part in _BETWEEN.split(value) if part.strip() not in ("", "不限")]
    for part in parts:
        if part not in occupation_rows() and part not in group_names():
            raise DataError(f"没有这个职业 / unknown occupation {part!r}")
    return _joined(parts)


def _joined(codes: Iterable[str]) -> str | None:
    return "|".join(dict.fromkeys(codes)) or None


_CODES = (
    "2022 年版大典的职业代码或其开头（6-29、4），以“、”分隔（或不限） / "
    "codes of the 2022 classification or their beginnings (6-29, 4), '、' between (or 不限)"
)
_SOME_STAGES = f"其中若干 / some of {_words(_STAGES)}, '、' between (or 不限)"

INCUBATOR_FIELDS: dict[str, Field] = {
    "incubator_id": Field(("基地编号", "incubator_id", "编号"), f.identifier, _WORDS),
    "name": Field(("基地名称", "name", "名称"), f.text, _WORDS, required=True),
    "sectors": Field(("行业方向", "sectors", "行业"), f.text, _WORDS, required=True),
    "occupations": Field(("入驻职业", "occupations"), occupations, _CODES),
    "admits_groups": Field(
        ("入驻人群", "admits_groups"), some_of(_GROUPS), f"其中若干 / some of {_words(_GROUPS)}, '、' between (or 不限)"
    ),
    "admits_stages": Field(("入驻阶段", "admits_stages"), some_of(_STAGES), _SOME_STAGES),
    "max_months_registered": Field(
        ("登记不超过月数", "max_months_registered"),
        f.whole_number(0, 600),
        "0 至 600 的整月数 / whole months from 0 to 600",
    ),
    "services": Field(("服务", "services"), f.text, _WORDS),
    "workstations": Field(
        ("工位总数", "workstations"), f.whole_number(0, 100_000), "工位数 / a number of workstations", required=True
    ),
    "workstations_free": Field(
        ("空余工位", "workstations_free"),
        f.whole_number(0, 100_000),
        "工位数，不多于总数 / a number of workstations, no more than there are",
        required=True,
    ),
    "available_from": Field(("可入驻日期", "available_from"), f.day, _DATE),
    "rent_cny_month": Field(("工位月租金", "rent_cny_month", "租金"), f.number(0, 1_000_000), "元/月 / CNY a month"),
    "district_code": Field(("区县", "district_code", "district"), f.district, _DISTRICT),
    "longitude": Field(("经度", "longitude"), f.number(-180, 180), _DEGREES),
    "latitude": Field(("纬度", "latitude"), f.number(-90, 90), _DEGREES),
    "valid_through": Field(("截止日期", "valid_through", "有效期至"), f.day, _DATE, required=True),
    "closed_on": Field(("关闭日期", "closed_on"), f.day, _DATE),
}

MENTOR_FIELDS: dict[str, Field] = {
    "mentor_id": Field(("导师编号", "mentor_id", "编号"), f.identifier, _WORDS, required=True),
    "field": Field(("指导领域", "field", "领域"), f.text, _WORDS, required=True),
    "occupations": Field(("熟悉职业", "occupations"), occupations, _CODES),
    "admits_stages": Field(("指导阶段", "admits_stages"), some_of(_STAGES), _SOME_STAGES),
    "experience": Field(("经历", "experience"), f.text, _WORDS),
    "experience_years": Field(("从业年限", "experience_years"), f.number(0, 60), "0 至 60 年 / years from 0 to 60"),
    "languages": Field(
        ("语言", "languages"), f.text, "语言，以“、”分隔；空为普通话 / languages, '、' between; empty: 普通话"
    ),
    "district_code": Field(("区县", "district_code", "district"), f.district, _DISTRICT),
    "online": Field(("线上指导", "online"), f.answer, _ANSWER),
    "places": Field(("可带人数", "places"), f.whole_number(0, 1000), "人数 / a number of people", required=True),
    "places_free": Field(
        ("空余名额", "places_free"),
        f.whole_number(0, 1000),
        "人数，不多于可带人数 / a number of people, no more than he takes",
        required=True,
    ),
    "valid_through": Field(("截止日期", "valid_through", "有效期至"), f.day, _DATE, required=True),
    "closed_on": Field(("关闭日期", "closed_on"), f.day, _DATE),
}

STARTUP_FIELDS: dict[str, Field] = {
    "seeker_id": Field(("求职者编号", "seeker_id"), f.identifier, _WORDS),
    "identity_number": Field(
        ("身份证号", "identity_number", "身份证号码", "公民身份号码"),
        f.identity_number,
        "18 位，校验位正确（GB 11643） / 18 characters with a right check digit (GB 11643)",
        personal=True,
    ),
    "wants_to_start": Field(("想创业", "wants_to_start"), f.answer, _ANSWER, required=True),
    "trade": Field(("创业项目", "trade", "行业"), f.text, _WORDS),
    "stage": Field(("阶段", "stage"), one_of(_STAGES), f"其中之一 / one of {_words(_STAGES)}"),
    "form": Field(("主体类型", "form"), one_of(_FORMS), f"其中之一 / one of {_words(_FORMS)}"),
    "capital_wanted_cny": Field(("资金需求", "capital_wanted_cny"), f.number(0, 1e8), "元 / CNY"),
    "registered_on": Field(("登记注册日期", "registered_on"), f.day, _DATE),
    "has_licence": Field(("有营业执照", "has_licence"), f.answer, _ANSWER),
    "first_business": Field(("首次创业", "first_business"), f.answer, _ANSWER),
    "standings": Field(
        ("身份情形", "standings"), some_of(_STANDINGS), f"其中若干 / some of {_words(_STANDINGS)}, '、' between (or 无)"
    ),
    "standings_complete": Field(("情形已问全", "standings_complete"), f.answer, _ANSWER),
}
