"""schema.org JobPosting: JSON, JSON-LD (with @graph), or inside the <script> elements of an HTML page.

Fields: https://schema.org/JobPosting.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from data.columns import SEEKER_IDENTITIES
from data.errors import DataError
from data.facts.credentials import find_credentials
from data.facts.education import find_education
from data.facts.experience import find_experience_years
from data.facts.pay import Pay, parse_pay
from data.ingest import fields
from data.ingest.parsed_file import ParsedFile
from data.ingest.rejects import Reject, rejects_table
from data.ingest.text_file import read_document
from data.ingest.vacancy_rows import VacancyRow, assemble
from data.reference.districts import find_district

_EDUCATION = {"high school": 3, "associate degree": 4, "bachelor degree": 5, "postgraduate degree": 6}
_PERIOD = {"HOUR": "小时", "DAY": "天", "MONTH": "月", "YEAR": "年"}


def read_job_postings(path: Path, *, published_on: date) -> ParsedFile:
    """Read all JobPosting objects of a file; row numbers count them from 1.

    Raises
    ------
    DataError
        It is not JSON or HTML, is too large, or holds no JobPosting.
    """
    try:
        postings = list(_postings(_documents(path)))
    except RecursionError as error:
        raise DataError(f"{path.name} is nested too deeply", remedy="JobPosting objects are flat") from error
    if not postings:
        raise DataError(f"{path.name} holds no JobPosting", remedy='objects with "@type": "JobPosting" are expected')
    rows: list[tuple[int, VacancyRow]] = []
    rejects: list[tuple[int, Reject]] = []
    for number, posting in enumerate(postings, start=1):
        try:
            rows.append((number, _row(posting)))
        except Reject as reason:
            rejects.append((number, reason))
    assembled = assemble(rows, source="jobposting", published_on=published_on)
    return ParsedFile(
        records=assembled.records,
        identities=SEEKER_IDENTITIES.empty(),
        rejects=rejects_table(rejects + assembled.rejects),
        rows=len(postings),
        repeated=assembled.repeated,
        lines=assembled.lines,
    )


class _Scripts(HTMLParser):
    """Collects the contents of <script type="application/ld+json">."""

    def __init__(self) -> None:
        super().__init__()
        self.contents: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and dict(attrs).get("type") == "application/ld+json"
        if self._inside:
            self.contents.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.contents[-1] += data


def _documents(path: Path) -> list[Any]:
    content = read_document(path)
    if content.lstrip().startswith("<"):
        scripts = _Scripts()
        scripts.feed(content)
        texts = scripts.contents
    else:
        texts = [content]
    try:
        return [json.loads(text) for text in texts]
    except json.JSONDecodeError as error:
        raise DataError(f"{path.name}, line {error.lineno}: not JSON: {error.msg}", remedy="check the file") from error


def _postings(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for item in node:
            yield from _postings(item)
    elif isinstance(node, dict):
        types = node.get("@type", node.get("type", ""))
        if "JobPosting" in (types if isinstance(types, list) else [types]):
            yield node
        else:
            for key in ("@graph", "itemListElement", "item"):
                yield from _postings(node.get(key))


def _row(posting: dict[str, Any]) -> VacancyRow:
    place = _first(posting.get("jobLocation"))
    address = _first(place.get("address")) if isinstance(place, dict) else place
    where = " ".join(_text(part) for part in address.values()) if isinstance(address, dict) else _text(address)
    geo = _first(place.get("geo")) if isinstance(place, dict) else None
    description = _text(posting.get("description"))
    asked = " ".join(_text(posting.get(key)) for key in ("qualifications", "skills", "responsibilities"))
    return VacancyRow(
        vacancy_id=_identifier(posting.get("identifier")),
        employer=_required("hiringOrganization", _name(posting.get("hiringOrganization"))),
        title=_required("title", _text(posting.get("title"))),
        description=" ".join(part for part in (description, asked.strip()) if part),
        headcount=_read("totalJobOpenings", posting, fields.headcount, "a number of people from 1 to 100,000"),
        education_min=_education(posting.get("educationRequirements")),
        experience_min_years=_experience(posting.get("experienceRequirements")),
        pay=_pay(posting.get("baseSalary")),
        district_code=find_district(where) if where else None,
        longitude=_read("longitude", geo, fields.number(-180, 180), "degrees (WGS-84)"),
        latitude=_read("latitude", geo, fields.number(-90, 90), "degrees (WGS-84)"),
        credentials=tuple(mention.code for mention in find_credentials(f"{description} {asked}")),
        published_on=_read("datePosted", posting, fields.day, "a date such as 2026-03-01"),
        valid_through=_read("validThrough", posting, fields.day, "a date such as 2026-03-01"),
        industry=_text(posting.get("industry")) or None,
    )


def _pay(salary: Any) -> Pay:
    if salary in (None, ""):
        return Pay(None, None)
    if isinstance(salary, str | int | float):
        return _parsed_pay(str(salary))
    if not isinstance(salary, dict):
        raise Reject("baseSalary", _text(salary), "a MonetaryAmount, a number or text")
    currency = salary.get("currency", "CNY")
    if currency not in ("CNY", "RMB"):
        raise Reject("baseSalary.currency", str(currency), "CNY")
    value = salary.get("value")
    if not isinstance(value, dict):
        return _parsed_pay(str(value))
    unit = str(value.get("unitText", "MONTH")).upper()
    if unit not in _PERIOD:
        raise Reject("baseSalary.value.unitText", unit, "HOUR, DAY, MONTH or YEAR")
    bounds = [value.get("minValue", value.get("value")), value.get("maxValue", value.get("value"))]
    stated = [str(bound) for bound in bounds if bound is not None]
    return _parsed_pay(f"{'-'.join(stated)}元/{_PERIOD[unit]}") if stated else Pay(None, None)


def _parsed_pay(text: str) -> Pay:
    try:
        return parse_pay(text)
    except DataError as error:
        raise Reject("baseSalary", text, error.remedy) from error


def _education(stated: Any) -> int | None:
    first = _first(stated)
    category = first.get("credentialCategory", "") if isinstance(first, dict) else _text(first)
    known = _EDUCATION.get(str(category).lower())
    return known if known is not None else find_education(str(category))


def _experience(stated: Any) -> float | None:
    first = _first(stated)
    if isinstance(first, dict):
        months = _read("monthsOfExperience", first, fields.number(0, 600), "months from 0 to 600")
        return months / 12 if months is not None else None
    return find_experience_years(_text(first))


def _read(key: str, node: Any, reader: Callable[[str], Any], expected: str) -> Any:
    value = node.get(key) if isinstance(node, dict) else None
    if value in (None, ""):
        return None
    try:
        return reader(str(value))
    except (DataError, ValueError, OverflowError) as error:
        raise Reject(key, str(value), expected) from error


def _required(key: str, value: str) -> str:
    if not value:
        raise Reject(key, value, "not empty")
    return value


def _identifier(stated: Any) -> str | None:
    value = stated.get("value") if isinstance(stated, dict) else stated
    return f"JP-{value}" if value else None


def _first(node: Any) -> Any:
    return (node[0] if node else None) if isinstance(node, list) else node


def _name(node: Any) -> str:
    return _text(node.get("name")) if isinstance(node, dict) else _text(node)


def _text(node: Any) -> str:
    if isinstance(node, list):
        return "、".join(_text(item) for item in node)
    return "" if node is None else str(node).strip()
