"""Bad input to orders, enrolments, projects and start-up support: words, Chinese first, and never a 500."""

from __future__ import annotations

import json
import re
from typing import Any

from fastapi.testclient import TestClient

from tests.api.test_orders_routes import ORDER
from tests.api.test_project import POST
from tests.api.test_startup import INCUBATOR, MENTOR, WISH

HUGE, CHINESE = 10**30, re.compile(r"[一-鿿]")
ENROLMENT = {"seeker_id": "S-00", "course_run_id": "R-1"}
EVENT = {"event": "hired", "occurred_on": "2026-05-30", "reported_by": "agency"}
ORDERS, ENROLMENTS, INCUBATORS, MENTORS, PROJECTS, WISHES = (
    "/v1/orders", "/v1/enrolments", "/v1/incubators", "/v1/mentors", "/v1/projects/assess",
    "/v1/seekers/S-00/startup-wish",
)  # fmt: skip


def project(**change: Any) -> dict[str, Any]:
    return {"name": "（虚构）新厂", "posts": [POST | change]}


BAD: list[tuple[str, str, Any]] = [
    *(
        ("POST", ORDERS, ORDER | change)
        for change in (
            {"people_wanted": HUGE}, {"people_wanted": "9" * 5000}, {"people_wanted": None}, {"people_wanted": 1.5},
            {"wage_cny_month": 1e300}, {"wage_cny_month": "NaN"}, {"wage_cny_month": 1}, {"order_id": "有 空格"},
            {"order_id": "a" * 65}, {"vacancy_id": "\ud800"}, {"vacancy_id": "a\0b"}, {"vacancy_id": "V-99"},
            {"occupation_code": "9-99"}, {"ready_by": "2026-02-30"}, {"ready_by": "0001-01-01"}, {"ready_by": HUGE},
            {"ready_by": "9999-12-31"}, {"ordered_on": "2027-01-01"}, {"course_run_id": "R-99"}, {"wish": 1},
        )
    ),
    *(("POST", ORDERS, body) for body in ([], None, b"{", b"[" * 100_000, b'{"people_wanted": ' + b"9" * 5000 + b"}")),
    *(("GET", f"{ORDERS}{rest}", None) for rest in ("?limit=0", f"?limit={HUGE}", "/%00", "/TO-9", "/TO-9/cohort")),
    ("DELETE", f"{ORDERS}/TO-9", None),
    *(
        ("POST", ENROLMENTS, ENROLMENT | change)
        for change in (
            {"course_run_id": "R-99"}, {"reported_by": "me"}, {"enrolled_on": "0001-01-01"}, {"seeker_id": "S-99"},
            {"enrolled_on": "2027-01-01"},
        )
    ),
    *(("POST", f"{ENROLMENTS}/EN-9/events", EVENT | change) for change in ({}, {"event": "x"}, {"reason": "bored"})),
    *(
        ("POST", INCUBATORS, INCUBATOR | change)
        for change in (
            {"workstations": HUGE}, {"rent_cny_month": 1e7}, {"workstations_free": 99}, {"admits_groups": ["x"]},
            {"occupations": ["4|03"]}, {"name": "\ud800"}, {"available_from": "0001-01-01"},
            {"valid_through": "2026-05-31"},
        )
    ),
    *(("GET", f"{INCUBATORS}{rest}", None) for rest in ("?cursor=%%%", "?status=x", f"?limit={HUGE}")),
    ("POST", f"{INCUBATORS}/I-9/close", None),
    ("POST", MENTORS, MENTOR | {"experience_years": "Infinity"}),
    ("POST", f"{MENTORS}/M-9/close", None),
    *(
        ("PUT", WISHES, WISH | change)
        for change in (
            {"capital_wanted_cny": 1e300}, {"standings": ["x"]}, {"stage": "trading", "registered_on": "0001-01-01"},
        )
    ),
    ("POST", "/v1/startup", {"text": "想开店", "limit": HUGE}),
    *(
        ("POST", PROJECTS, project(**change))
        for change in ({"headcount": HUGE}, {"starts_on": "9999-12-31"}, {"title": 1})
    ),
    ("POST", PROJECTS, {"name": "", "posts": [1]}),
]  # fmt: skip


def test_every_bad_request_is_told_in_words(client: TestClient) -> None:
    told: list[str] = []
    for method, path, body in BAD:
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        answer = client.request(method, path, content=content, headers={"content-type": "application/json"})
        asked = f"{method} {path} {body!r:.200}"
        assert 400 <= answer.status_code < 500, asked
        problem = answer.json()
        for words in (problem["title"], problem["detail"], *(error["detail"] for error in problem.get("errors", []))):
            first, _, second = words.partition(" / ")
            assert CHINESE.search(first), (asked, words)
            assert second, (asked, words)
            assert not re.search(r"其他内容|expected [A-Z]|[≤≥] \S*e\+", words), (asked, words)
        told += [error["detail"] for error in problem.get("errors", [])]
    assert "people_wanted：应为小于或等于 100,000，收到 1000000000000000000000000000000 / " in told[0]
    assert any("'open'、'closed'、'all'" in words for words in told)
    assert any(words.startswith("admits_groups[0]：") for words in told)
