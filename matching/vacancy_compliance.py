"""Whether the conditions of a job advertisement are lawful, and whether it states what publication requires.

The conditions, their exceptions and their articles of law are data (`data/reference/unlawful_conditions.py`). A
finding is a reason to look, not a judgement: words are known, not intentions. Nothing here changes an advertisement
or decides about its publication.

Of what 人力资源市场暂行条例 art. 24 and 就业服务与就业管理规定 art. 11 list, validity is not looked for:
`VACANCIES` has a last day for every vacancy, and the service closes it on that day.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import EMPLOYERS, TEXT, VACANCIES, Column, Table
from data.facts.conditions import BENEFITS_MARK
from data.reference.unlawful_conditions import (
    Article,
    Severity,
    UnlawfulCondition,
    load_required_particulars,
    load_unlawful_conditions,
)

Span = tuple[int, int]
"""First character, and one past the last."""

LAST_DAY = date(9999, 12, 31)
"""As of this day, what is in force is what has no end."""

# Full-width forms become half-width ones, one character for one, so that places in the text stay what they are.
_HALF_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20, 0xA0: 0x20}

_CONDITIONS_STATED = re.compile(r"要求|条件|资格|学历|经验|不限|持.{0,6}证|应届|专业")
_PLACE_STATED = re.compile(r"(?:工作|上班|办公|任职)(?:地点|地址|地区|城市|地)|(?:地点|地址)\s*[：:]|位于|地处")
_PAY_STATED = re.compile(
    r"(?<![\d,.])\d[\d,.]{0,11}\s{0,3}(?:(?:-|~|—|至|到)\s{0,3}[\d,.]{1,12})?\s{0,3}"
    r"(?:元|[kKwW](?![A-Za-z])|万(?!平|米|人|吨)|千(?!克|米|瓦|人|平))"
)
_BENEFITS_STATED = re.compile(
    r"福利|待遇|补贴|补助|奖金|年假|双休|单休|包吃|包住|食宿|工作餐|五险|公积金|体检|旅游|班车|全勤|提成|津贴"
)
_INSURANCE_STATED = re.compile(r"五险|六险|社保|社会保险|养老保险|三险|保险齐全|各项保险|缴纳保险|保险福利")

COMPLIANCE_FINDINGS = Table(
    "compliance_findings",
    {
        "vacancy_row": Column("Int32", "row of the vacancies table, from 0", low=0),
        "vacancy_id": Column(TEXT, "vacancies.vacancy_id"),
        "code": Column(TEXT, "code of reference/unlawful_conditions.csv or required_particulars.csv"),
        "severity": Column(TEXT, "Severity", codes=frozenset(Severity)),
        "part": Column(TEXT, "where the words stand; null: nothing is stated", nullable=True,
                       codes=frozenset({"title", "description"})),
        "start": Column("Int32", "first character of the words there; null: nothing stated", nullable=True, low=0),
        "end": Column("Int32", "one past their last character", nullable=True, low=1),
        "words": Column(TEXT, "the words; null: nothing stated", nullable=True),
        "article_zh": Column(TEXT, "articles of law"),
        "article_en": Column(TEXT, "articles of law"),
        "advice_zh": Column(TEXT, "lawful wording"),
        "advice_en": Column(TEXT, "lawful wording"),
    },
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """Words of a text that state an unlawful or doubtful condition: `text[start:end] == words`."""

    code: str
    severity: Severity
    start: int
    end: int
    words: str
    article_zh: str
    article_en: str
    advice_zh: str
    advice_en: str


def check_text(text: str, *, as_of: date = LAST_DAY) -> tuple[Finding, ...]:
    """Conditions in an advertisement's text that law forbids or that need a reason, in the order of the text.

    Parameters
    ----------
    text
        Title, description, requirements or benefits, as advertised; any length.
    as_of
        Day whose law counts. By default the law that has no end: as it stands today.
    """
    plain = text.translate(_HALF_WIDTH)
    taken: dict[str, list[Span]] = defaultdict(list)
    found: list[Finding] = []
    for condition in load_unlawful_conditions():
        articles = [article for article in condition.articles if article.in_force(as_of)]
        # The graver condition of a code comes first in its table and keeps the words it found.
        mentions = list(_untouched(_mentions(condition, plain), taken[condition.code])) if articles else []
        if not mentions:
            continue
        taken[condition.code] = sorted(taken[condition.code] + mentions)
        article_zh, article_en = _cited(articles)
        found += [
            Finding(
                condition.code,
                condition.severity,
                start,
                end,
                text[start:end],
                article_zh,
                article_en,
                condition.advice_zh,
                condition.advice_en,
            )
            for start, end in mentions
        ]
    return tuple(sorted(found, key=lambda finding: (finding.start, finding.end, finding.code)))


def check_vacancies(
    vacancies: pd.DataFrame, employers: pd.DataFrame | None = None, *, as_of: date = LAST_DAY
) -> pd.DataFrame:
    """Findings of many advertisements: unlawful and doubtful conditions, and what is missing.

    Parameters
    ----------
    vacancies
        Laid out as `VACANCIES`.
    employers
        Laid out as `EMPLOYERS`; without it nothing is said about the employers' particulars.
    as_of
        Day whose law counts, as in `check_text`.

    Returns
    -------
    Laid out as `COMPLIANCE_FINDINGS`, one row a finding, in the order of the vacancies.

    Raises
    ------
    DataError
        A table is not laid out as it must be.
    """
    table = VACANCIES.check(vacancies)
    rows = [*_conditions_found(table, as_of), *_particulars_missing(table, employers, as_of)]
    found = pd.DataFrame(rows, columns=list(COMPLIANCE_FINDINGS.columns))
    return COMPLIANCE_FINDINGS.check(found.sort_values("vacancy_row", kind="stable"))


def _mentions(condition: UnlawfulCondition, plain: str) -> Iterator[Span]:
    """Where a condition is stated and no exception touches the words."""
    if condition.pattern.search(plain) is None:
        return iter(())
    if condition.unless_anywhere is not None and condition.unless_anywhere.search(plain):
        return iter(())
    harmless = [match.span() for match in condition.unless.finditer(plain)] if condition.unless is not None else []
    stated = (
        (match.start(), match.start() + len(match.group().rstrip())) for match in condition.pattern.finditer(plain)
    )
    return _untouched((span for span in stated if span[0] < span[1]), harmless)


def _untouched(spans: Iterable[Span], others: Sequence[Span]) -> Iterator[Span]:
    """The spans that share no character with `others`; both in order and free of overlaps among themselves."""
    position = 0
    for start, end in spans:
        while position < len(others) and others[position][1] <= start:
            position += 1
        if position == len(others) or others[position][0] >= end:
            yield start, end


def _cited(articles: Iterable[Article]) -> tuple[str, str]:
    known = list(articles)
    return (
        "；".join(f"《{a.law_zh}》{a.article_zh}：{a.statement_zh}" for a in known),
        "; ".join(f"{a.law_en}, {a.article_en}: {a.statement_en}" for a in known),
    )


def _conditions_found(table: pd.DataFrame, as_of: date) -> Iterator[tuple[object, ...]]:
    columns = (table[name].tolist() for name in ("vacancy_id", "title", "description"))
    for row, (vacancy_id, title, description) in enumerate(zip(*columns, strict=True)):
        # Read as one, since the title often says what excuses a condition (井下采煤工); no pattern crosses a 。
        for f in check_text(f"{title}。{description}", as_of=as_of):
            in_title = f.end <= len(title)
            shift = 0 if in_title else len(title) + 1
            yield (
                row, vacancy_id, f.code, f.severity, "title" if in_title else "description",
                f.start - shift, f.end - shift, f.words, f.article_zh, f.article_en, f.advice_zh, f.advice_en,
            )  # fmt: skip


def _particulars_missing(
    table: pd.DataFrame, employers: pd.DataFrame | None, as_of: date
) -> Iterator[tuple[object, ...]]:
    missing = _missing(table)
    if employers is not None:
        missing["employer"] = _employer_unknown(table, EMPLOYERS.check(employers))
    identifiers = table["vacancy_id"].tolist()
    for code, particular in load_required_particulars().items():
        articles = [article for article in particular.articles if article.in_force(as_of)]
        if code not in missing or not articles:
            continue
        article_zh, article_en = _cited(articles)
        for row in np.flatnonzero(missing[code]).tolist():
            yield (
                row, identifiers[row], code, Severity.MISSING, None, None, None, None,
                article_zh, article_en, particular.advice_zh, particular.advice_en,
            )  # fmt: skip


def _missing(table: pd.DataFrame) -> dict[str, npt.NDArray[np.bool_]]:
    """Particular → whether a vacancy states it neither in a typed column nor in its text."""
    text = table["title"] + "\n" + table["description"]

    def silent(pattern: re.Pattern[str]) -> npt.NDArray[np.bool_]:
        return np.asarray([pattern.search(one) is None for one in text.tolist()], dtype=bool)

    def null(*columns: str) -> npt.NDArray[np.bool_]:
        return table[list(columns)].isna().all(axis=1).to_numpy(dtype=bool)

    description = table["description"].str.strip()
    return {
        "headcount": null("headcount"),
        "conditions": null("education_min", "experience_min_years") & silent(_CONDITIONS_STATED),
        "work_content": ((description == "") | description.str.startswith(BENEFITS_MARK)).to_numpy(dtype=bool),
        "work_place": null("district_code", "longitude") & silent(_PLACE_STATED),
        "pay": null("wage_min_cny_month", "wage_max_cny_month") & silent(_PAY_STATED),
        "benefits": null("board_offered", "lodging_offered") & silent(_BENEFITS_STATED),
        "social_insurance": silent(_INSURANCE_STATED),
    }


def _employer_unknown(table: pd.DataFrame, employers: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether nothing but a name is known of the employer, or not even that."""
    described = employers[["employer_type", "industry", "size_band"]].notna().any(axis=1)
    known = employers.loc[described & (employers["name"].str.strip() != ""), "employer_id"]
    return (~table["employer_id"].isin(known)).to_numpy(dtype=bool)
