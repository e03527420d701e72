"""Types of fields that several requests and answers share."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from data.ingest.fields import POSSIBLE_YEARS
from data.records import EducationLevel
from data.reference.credentials import load_credentials
from data.reference.districts import load_districts
from data.reference.occupations import occupation_rows

Education = Literal["primary", "junior_middle", "senior_middle", "junior_college", "bachelor", "master", "doctor"]
EducationRequired = Literal[
    "none", "primary", "junior_middle", "senior_middle", "junior_college", "bachelor", "master", "doctor"
]

_IDENTITY_NUMBER = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])|(?<![0-9])[1-9][0-9]{14}(?![0-9])")
_MOBILE_PHONE = re.compile(r"(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}(?![0-9])")


def fault(zh: str, en: str) -> PydanticCustomError:
    """A fault of a field, in both languages."""
    # The template is a parameter and not the text itself: braces in the text would be read as places to fill.
    return PydanticCustomError("zhuye", "{zh} / {en}", {"zh": zh, "en": en})


def level_of(name: str | None) -> int | None:
    """`EducationLevel` of a name (`none`: 0); None where not stated."""
    if name is None:
        return None
    return 0 if name == "none" else EducationLevel[name.upper()].value


def name_of_level(level: int | None) -> str | None:
    """The name of an education level (0: `none`); None for null or -1."""
    if level is None or level < 0:
        return None
    return "none" if level == 0 else EducationLevel(level).name.lower()


def without_identifiers(text: str) -> str:
    """`text` with identity and mobile phone numbers replaced: free text is stored and shown unencrypted."""
    return _MOBILE_PHONE.sub("［电话已隐去］", _IDENTITY_NUMBER.sub("［证件号已隐去］", text))


def _identifier(value: str) -> str:
    if without_identifiers(value) != value:
        raise fault("编号不得是身份证号或电话号码", "an identifier must not be an identity or phone number")
    return value


def _storable(text: str) -> str:
    if any(ord(c) < 32 and c not in "\n\r\t" for c in text):
        raise fault("含有控制字符", "holds control characters")
    return without_identifiers(text)


def _possible_day(day: date) -> date:
    if day.year not in POSSIBLE_YEARS:
        first, last = POSSIBLE_YEARS[0], POSSIBLE_YEARS[-1]
        raise fault(
            f"日期 {day} 不可能，应在 {first} 至 {last} 年间",
            f"the day {day} is impossible: expected {first} to {last}",
        )
    return day


def _known_occupation(code: str) -> str:
    if code not in occupation_rows():
        raise fault(
            f"没有职业代码 {code!r}，应为《职业分类大典（2022）》四段代码，如 6-18-02-04",
            f"unknown occupation {code!r}: expected a four-part code of the 2022 classification",
        )
    return code


def _known_district(code: str) -> str:
    table = load_districts()
    if code not in set(table["code"]):
        choices = "、".join(f"{code} {name}" for code, name in zip(table["code"], table["name_zh"], strict=True))
        raise fault(f"没有区划代码 {code!r}，应为其中之一：{choices}", f"unknown district {code!r}, see the list")
    return code


def _known_credential(code: str) -> str:
    known = list(load_credentials()["code"])
    if code not in known:
        raise fault(
            f"没有证书代码 {code!r}，应为其中之一：{'、'.join(known)}",
            f"unknown credential {code!r}: expected one of {', '.join(known)}",
        )
    return code


Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"), AfterValidator(_identifier)]
StoredIdentifier = Annotated[str, Field(max_length=128), AfterValidator(_storable)]
"""An identifier to look up: imported records bring their own forms."""
Day = Annotated[date, AfterValidator(_possible_day)]
"""A day on which something happens, as files may have it (`data.ingest.fields.day`)."""
OccupationCode = Annotated[str, AfterValidator(_known_occupation)]
DistrictCode = Annotated[str, AfterValidator(_known_district)]
CredentialCode = Annotated[str, AfterValidator(_known_credential)]
ShortText = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_storable)]
LongText = Annotated[str, Field(max_length=8000), AfterValidator(_storable)]
Wage = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
