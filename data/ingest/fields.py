"""Readers of single fields: text in, value out, or a `Reject` that says what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NoReturn

from stdnum.cn import ric, uscc

from data.errors import DataError
from data.facts.credentials import find_credentials
from data.facts.education import find_education
from data.facts.experience import find_experience_years
from data.facts.headcount import find_headcount
from data.facts.numerals import with_digits
from data.facts.pay import Pay, parse_pay
from data.ingest.rejects import Reject
from data.records import (
    DROPOUT_NAMES_ZH,
    ENROLMENT_NAMES_ZH,
    EVENT_NAMES_ZH,
    EVIDENCE_NAMES_ZH,
    EXIT_NAMES_ZH,
    GROUP_NAMES_ZH,
    REPORTER_NAMES_ZH,
    DropoutReason,
    EnrolmentStep,
    EvidenceTier,
    ReferralEventKind,
    Reporter,
    SeekerExit,
    SeekerGroup,
)
from data.reference.credentials import load_credentials
from data.reference.districts import find_district
from data.reference.occupations import occupation_rows

POSSIBLE_YEARS = range(1900, 2201)
LONGEST_TEXT = 20_000
LONGEST_IDENTIFIER = 64

_YES = frozenset("是 有 需要 需 接受 愿意 可以 能 y yes true 1 √".split())  # noqa: SIM905 - read as a line
_NO = frozenset("否 无 没有 不 不需要 不接受 不愿意 不能 n no false 0 ×".split())  # noqa: SIM905
_UNKNOWN = frozenset(("", "未知", "不详", "不清楚", "nan", "none", "null", "-", "—", "/"))
_EVENTS: dict[str, ReferralEventKind] = {
    **{str(kind): kind for kind in ReferralEventKind},
    **{zh: kind for kind, zh in EVENT_NAMES_ZH.items()},
    "介绍": ReferralEventKind.REFERRED, "同意": ReferralEventKind.SEEKER_ACCEPTED,
    "婉拒": ReferralEventKind.SEEKER_DECLINED, "不录用": ReferralEventKind.REJECTED,
    "入职": ReferralEventKind.STARTED, "到岗": ReferralEventKind.STARTED, "离岗": ReferralEventKind.LEFT,
}  # fmt: skip
_EVIDENCE: dict[str, EvidenceTier] = {
    **{tier.name.lower(): tier for tier in EvidenceTier},
    **{str(tier.value): tier for tier in EvidenceTier},
    **{zh: tier for tier, zh in EVIDENCE_NAMES_ZH.items()},
    "社会保险": EvidenceTier.SOCIAL_INSURANCE, "参保": EvidenceTier.SOCIAL_INSURANCE,
    "劳动合同": EvidenceTier.CONTRACT, "单位确认": EvidenceTier.EMPLOYER_CONFIRMS,
}  # fmt: skip
_EXITS: dict[str, SeekerExit] = {
    **{str(kind): kind for kind in SeekerExit},
    **{zh: kind for kind, zh in EXIT_NAMES_ZH.items()},
    "入伍": SeekerExit.MILITARY_SERVICE, "服兵役": SeekerExit.MILITARY_SERVICE, "去世": SeekerExit.DIED,
}  # fmt: skip
_ENROLMENT_STEPS: dict[str, EnrolmentStep] = {
    **{str(kind): kind for kind in EnrolmentStep},
    **{zh: kind for kind, zh in ENROLMENT_NAMES_ZH.items()},
    "开课": EnrolmentStep.ATTENDING, "合格": EnrolmentStep.CERTIFIED, "不合格": EnrolmentStep.FAILED,
    "中途退出": EnrolmentStep.DROPPED_OUT, "留任": EnrolmentStep.RETAINED,
}  # fmt: skip
_DROPOUTS: dict[str, DropoutReason] = {
    **{str(kind): kind for kind in DropoutReason},
    **{zh: kind for kind, zh in DROPOUT_NAMES_ZH.items()},
}
_REPORTERS: dict[str, Reporter] = {
    **{str(kind): kind for kind in Reporter},
    **{zh: kind for kind, zh in REPORTER_NAMES_ZH.items()},
}
_SURROGATE = re.compile("[\ud800-\udfff]")
_PEOPLE = re.compile(r"(\d+)\s*[人名位个]?")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T].*)?")


@dataclass(frozen=True)
class Field:
    """A column of a table file: the names it may have (the first is Chinese, for messages) and how it is read.

    What stands in a `personal` one is never written into rejects, which are stored and sent around in clear.
    """

    names: tuple[str, ...]
    read: Callable[[str], object]
    expected: str
    required: bool = False
    personal: bool = False

    def value(self, raw: str | None) -> object:
        """The value; None where the field is empty or absent.

        Raises
        ------
        Reject
            It is required and empty, or is not what is expected.
        """
        text = (raw or "").strip()
        if text.lower() in _UNKNOWN:
            if self.required:
                raise Reject(self.names[0], text, f"{self.expected}; 不得为空 / not empty")
            return None
        try:
            return self.read(text)
        except (DataError, ValueError, OverflowError) as error:
            remedy = f" ({error.problem})" if isinstance(error, DataError) else ""
            found = (
                f"{len(text)} 个字，属个人信息，不列出 / {len(text)} characters, personal: not shown"
                if self.personal
                else text
            )
            raise Reject(self.names[0], found, self.expected + remedy) from error


def text(value: str) -> str:
    """Text of at most `LONGEST_TEXT` characters that a database can hold: without NUL and lone surrogates."""
    if len(value) > LONGEST_TEXT:
        raise DataError(f"超过 {LONGEST_TEXT:,} 个字 / longer than {LONGEST_TEXT:,} characters")
    if "\x00" in value or _SURROGATE.search(value):
        raise DataError("含有不是文字的字符 / with a character that is no text")
    return value


def identifier(value: str) -> str:
    """An identifier of at most `LONGEST_IDENTIFIER` characters."""
    if len(value) > LONGEST_IDENTIFIER:
        raise DataError(f"超过 {LONGEST_IDENTIFIER} 个字 / longer than {LONGEST_IDENTIFIER} characters")
    return text(value)


def day(value: str) -> date:
    """2026-03-01, 2026/3/1, 2026.3.1, 2026年3月1日, with or without a time."""
    found = _DATE.fullmatch(value)
    if found is None:
        raise ValueError(value)
    parsed = datetime(int(found.group(1)), int(found.group(2)), int(found.group(3))).date()
    if parsed.year not in POSSIBLE_YEARS:
        raise ValueError(value)
    return parsed


def number(low: float, high: float) -> Callable[[str], float]:
    """A reader of numbers from `low` to `high`; thousands separators are allowed."""

    def read(value: str) -> float:
        parsed = float(with_digits(value).replace(",", "").rstrip("元公里kmKM年天"))
        if not low <= parsed <= high:
            raise ValueError(value)
        return parsed

    return read


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers from `low` to `high`."""
    read_number = number(low, high)

    def read(value: str) -> int:
        parsed = read_number(value)
        if not parsed.is_integer():
            raise ValueError(value)
        return int(parsed)

    return read


def answer(value: str) -> bool:
    """是 / 否, yes / no, 1 / 0."""
    word = value.lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError(value)


def education(value: str) -> int:
    """An education level."""
    found = find_education(value)
    if found is None:
        raise ValueError(value)
    return found


def experience(value: str) -> float:
    """Years, at most 60, as a number or in words."""
    found = find_experience_years(value)
    return number(0, 60)(value if found is None else str(found))


def headcount(value: str) -> int | None:
    """Openings; None for 若干."""
    if value in ("若干", "不限", "多名"):
        return None
    plain = _PEOPLE.fullmatch(value)
    found = int(plain.group(1)) if plain else find_headcount(value)
    if found is None or not 1 <= found <= 100_000 or value.lstrip().startswith("-"):
        raise ValueError(value)
    return found


def pay(value: str) -> Pay:
    """Pay in any form that `parse_pay` knows."""
    return parse_pay(value)


def wage_floor(value: str) -> float | None:
    """Lowest acceptable pay, CNY a month; None for 面议."""
    parsed = parse_pay(value)
    return parsed.min_cny_month if parsed.min_cny_month is not None else parsed.max_cny_month


def district(value: str) -> str:
    """Division code of a district of the city, by name or code."""
    found = value if re.fullmatch(r"2201\d\d", value) else find_district(value)
    if found is None:
        raise ValueError(value)
    return found


def credentials(value: str) -> list[tuple[str, date | None]]:
    """Credentials with their last valid day: names, aliases or codes, '、' or ';' between, ':' before a date."""
    known = {str(code): str(code) for code in load_credentials()["code"]}
    known |= {str(name): str(code) for name, code in load_credentials()[["name_zh", "code"]].itertuples(index=False)}
    held: list[tuple[str, date | None]] = []
    for part in re.split(r"[、;；,，|\n]+", value):
        name, _, expiry = part.strip().partition(":") if ":" in part else part.strip().partition("：")
        if not name or name in ("无", "没有"):
            continue
        codes = [known[name]] if name in known else [m.code for m in find_credentials(name)]
        if not codes:
            raise DataError(f"没有这种证书 / unknown credential {name!r}")
        held += [(code, day(expiry.strip()) if expiry.strip() else None) for code in codes]
    return held


def groups(value: str) -> list[str]:
    """Policy groups, by Chinese name or code, '、' between."""
    known = {str(group): str(group) for group in SeekerGroup} | {zh: str(g) for g, zh in GROUP_NAMES_ZH.items()}
    found = [known.get(part.strip()) for part in re.split(r"[、;；,，|]+", value) if part.strip() not in ("", "无")]
    if None in found:
        raise DataError(f"人员类别为 / groups are: {'、'.join(GROUP_NAMES_ZH.values())}")
    return [group for group in found if group is not None]


def identity_number(value: str) -> str:
    """A resident identity number with a right check digit (GB 11643; ISO 7064 MOD 11-2) and birth date."""
    number_ = value.replace(" ", "").upper()
    if not ric.is_valid(number_):
        raise DataError("校验位、出生日期或位数不对 / wrong check digit, birth date or length")
    return number_


def credit_code(value: str) -> str:
    """A unified social credit code with a right check character (GB 32100)."""
    code = value.replace(" ", "").upper()
    if not uscc.is_valid(code):
        raise DataError("校验位或位数不对 / wrong check character or length")
    return code


def phone(value: str) -> str:
    """A telephone number: 7 to 15 digits."""
    digits = re.sub(r"[\s()（）+-]", "", value)
    if not re.fullmatch(r"\d{7,15}", digits):
        raise ValueError(value)
    return digits


def referral_event(value: str) -> str:
    """What happened to a referral, in Chinese or as `ReferralEventKind` writes it."""
    return str(_EVENTS[_code(value)]) if _code(value) in _EVENTS else _none_of(EVENT_NAMES_ZH.values())


def evidence(value: str) -> int:
    """How a start of work is proved: in Chinese, in English, or as the number of the tier."""
    return int(_EVIDENCE[_code(value)]) if _code(value) in _EVIDENCE else _none_of(EVIDENCE_NAMES_ZH.values())


def seeker_exit(value: str) -> str:
    """Why somebody no longer looks for work, in Chinese or as `SeekerExit` writes it."""
    return str(_EXITS[_code(value)]) if _code(value) in _EXITS else _none_of(EXIT_NAMES_ZH.values())


def enrolment_step(value: str) -> str:
    """What happened to a place in a class, in Chinese or as `EnrolmentStep` writes it."""
    return (
        str(_ENROLMENT_STEPS[_code(value)])
        if _code(value) in _ENROLMENT_STEPS
        else _none_of(ENROLMENT_NAMES_ZH.values())
    )


def dropout_reason(value: str) -> str:
    """Why somebody left a class, in Chinese or as `DropoutReason` writes it."""
    return str(_DROPOUTS[_code(value)]) if _code(value) in _DROPOUTS else _none_of(DROPOUT_NAMES_ZH.values())


def reporter(value: str) -> str:
    """Who reported it, in Chinese or as `Reporter` writes it."""
    return str(_REPORTERS[_code(value)]) if _code(value) in _REPORTERS else _none_of(REPORTER_NAMES_ZH.values())


def occupation_code(value: str) -> str:
    """A four-part code of the 2022 classification."""
    if value not in occupation_rows():
        raise ValueError(value)
    return value


def _code(value: str) -> str:
    return "_".join(value.lower().split())


def _none_of(words: Iterable[str]) -> NoReturn:
    raise ValueError("、".join(words))
