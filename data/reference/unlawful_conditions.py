"""Conditions that a job advertisement may not state or had better not, and what it must state: rules as data.

`advertising_articles.csv` holds the articles of law with the dates between which they are in force. In its column
`source`, 条文已对照全文 is checked against the full text, 条文已对照转载 against a quotation, 条文未核 not checked;
the English is ours. `unlawful_conditions.csv` holds the words by which a condition is known, and
`required_particulars.csv` what publication requires.

Patterns are verbose regular expressions over half-width text: blanks and line ends mean nothing, `#` begins a
comment, and @NAME@ stands for the words that several patterns share (`SHARED_WORDS`). Every repetition has a
bound, so that the time taken grows with the length of the text and no faster.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

from data.errors import DataError


class Severity(StrEnum):
    """How far an advertisement is from what it should be."""

    UNLAWFUL = "unlawful"
    """A statute, a regulation or a guiding case forbids it."""
    DOUBTFUL = "doubtful"
    """No article names it; it needs a reason in the work itself, and a service is advised to ask for one."""
    MISSING = "missing"
    """What publication requires is not stated."""


SHARED_WORDS = {
    # What makes a mention a condition.
    "PREFER": r"(?:者|的|人员|人士)?(?:为|更|最)?(?:优先|为佳|尤佳|佳|为宜|最好|最佳)",
    "REFUSE": (
        r"(?:者|的|人员|人士)?(?:请)?"
        r"(?:勿扰|勿投|勿试|免谈|除外|谢绝|绕行|不要|不招|不考虑|不予考虑|不予录用|不录用|一律不)"
    ),
    "LIMIT": r"(?:仅限|只限|限招|限|只招|仅招|只要|只收|只接受|招聘?|诚聘|急聘|聘)",
    # Where a condition may begin and end: in speech without verbs the place alone makes it one.
    "BEGIN": r"(?:^|(?<=[,。;:!、.)(\s】\]]))",
    "END": r"(?=$|[,。;!、)(\s】\[/])",
    # Ages that a limit above 18 and below retirement can name.
    "AGE": r"(?<![\d.])(?:19|[2-5]\d|十九|[二三四五]十[一二三四五六七八九]?)",
    "LOW": r"(?<![\d.])(?:1[4-9]|[2-5]\d|十[四五六七八九]|[二三四五]十[一二三四五六七八九]?)",
    "YEARS": r"\s{0,3}(?:\(?含\)?)?\s{0,3}(?:周?岁|周)\s{0,3}",
    "TO": r"\s{0,3}(?:-{1,2}|~|—{1,2}|–|―|至|到|一|－|\.\.)\s{0,3}",
    "DOCUMENT": r"(?:身份证|毕业证|学历证|学位证|资格证|驾驶证|驾照|户口本|护照|证件|证书)(?:原件)?",
    "FEE": (
        r"(?:押金|保证金|风险金|抵押金|诚意金|服装费|工装费|工服费|制服费|培训费|报名费|建档费|资料费|中介费|介绍费"
        r"|入职费|办证费|面试费|岗前费|会费|管理费)"
    ),
    "PLACE": (
        r"(?:本地|本市|本省|本县|本区|本村|城镇|城市|农村|外地|非农业?|农业"
        r"|[一-龥]{2,3}(?:省|市|县|区)?(?:本地|城区|市区)?)"
    ),
}
_NAME = re.compile(r"@([A-Z]+)@")


@dataclass(frozen=True)
class Article:
    """An article of law, in force from `valid_from` until the day before `valid_until` (None: still in force)."""

    key: str
    law_zh: str
    law_en: str
    article_zh: str
    article_en: str
    statement_zh: str
    statement_en: str
    valid_from: date
    valid_until: date | None
    source: str

    def in_force(self, as_of: date) -> bool:
        """Whether it binds on that day."""
        return self.valid_from <= as_of and (self.valid_until is None or as_of < self.valid_until)


@dataclass(frozen=True)
class UnlawfulCondition:
    """A condition, the words that state it, and the words (overlapping, or anywhere) that make them harmless."""

    code: str
    severity: Severity
    name_zh: str
    name_en: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    unless_anywhere: re.Pattern[str] | None
    articles: tuple[Article, ...]
    advice_zh: str
    advice_en: str


@dataclass(frozen=True)
class RequiredParticular:
    """Something an advertisement must state."""

    code: str
    name_zh: str
    name_en: str
    articles: tuple[Article, ...]
    advice_zh: str
    advice_en: str


@cache
def load_articles() -> dict[str, Article]:
    """Key → article, in table order."""
    articles = [
        Article(
            **{name: row[name] for name in _ARTICLE_TEXTS},
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
        )
        for row in _rows("advertising_articles.csv")
    ]
    return {article.key: article for article in articles}


@cache
def load_unlawful_conditions() -> tuple[UnlawfulCondition, ...]:
    """Conditions in table order, the graver of one code first.

    Raises
    ------
    DataError
        A pattern is no regular expression, or an article is not in its table.
    """
    return tuple(
        UnlawfulCondition(
            **{name: row[name] for name in ("code", *_STATED_IN_BOTH)},
            severity=Severity(row["severity"]),
            pattern=_compiled(row["pattern"], row["code"]),
            unless=_compiled(row["unless"], row["code"]) if row["unless"] else None,
            unless_anywhere=_compiled(row["unless_anywhere"], row["code"]) if row["unless_anywhere"] else None,
            articles=_articles(row["articles"], row["code"]),
        )
        for row in _rows("unlawful_conditions.csv")
    )


@cache
def load_required_particulars() -> dict[str, RequiredParticular]:
    """Code → particular, in table order.

    Raises
    ------
    DataError
        An article is not in its table.
    """
    particulars = [
        RequiredParticular(
            **{name: row[name] for name in ("code", *_STATED_IN_BOTH)}, articles=_articles(row["articles"], row["code"])
        )
        for row in _rows("required_particulars.csv")
    ]
    return {particular.code: particular for particular in particulars}


_STATED_IN_BOTH = ("name_zh", "name_en", "advice_zh", "advice_en")
_ARTICLE_TEXTS = (
    "key", "law_zh", "law_en", "article_zh", "article_en", "statement_zh", "statement_en", "source",
)  # fmt: skip


def _rows(name: str) -> list[dict[str, str]]:
    with files("data.reference").joinpath(name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _compiled(pattern: str, code: str) -> re.Pattern[str]:
    try:
        return re.compile(_NAME.sub(lambda name: SHARED_WORDS[name.group(1)], pattern), re.VERBOSE)
    except (re.error, KeyError) as error:
        raise DataError(f"unlawful_conditions.csv, {code}: {error}", remedy="mend the pattern") from error


def _articles(keys: str, code: str) -> tuple[Article, ...]:
    known = load_articles()
    wanted = keys.split("|")
    unknown = [key for key in wanted if key not in known]
    if unknown:
        raise DataError(f"{code}: no articles {unknown}", remedy="add them to advertising_articles.csv")
    return tuple(known[key] for key in wanted)
