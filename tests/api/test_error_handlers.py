"""Every failure becomes problem details that help, and nothing of the inside leaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.error_handlers import add_error_handlers
from api.request_log import RequestLog
from api.schemas.seekers import SeekerCreate
from api.schemas.vacancies import VacancyCreate
from data.errors import (
    ConfigurationError,
    ConflictError,
    DataError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
)

KINDS = [
    (DataError, 422, "data"),
    (NotFoundError, 404, "not-found"),
    (ConflictError, 409, "conflict"),
    (NotAllowedError, 403, "not-allowed"),
    (UnavailableError, 503, "unavailable"),
    (ConfigurationError, 500, "configuration"),
]


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    add_error_handlers(app)
    app.add_middleware(RequestLog, body_limit_bytes=2000)

    def failing(error: Exception) -> Callable[[], None]:
        def fail() -> None:
            raise error

        return fail

    for kind, _, name in KINDS:
        app.add_api_route(f"/fail/{name}", failing(kind("found x in y", remedy="do z")))
    app.add_api_route("/fail/unexpected", failing(RuntimeError("secret 13812345678")))

    @app.post("/seekers")
    def seekers(body: SeekerCreate) -> None:
        pass

    @app.post("/vacancies")
    def vacancies(body: VacancyCreate) -> None:
        pass

    return app


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app)


def problem(response: Any, status: int, kind: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["type"] == f"urn:zhuye:problem:{kind}"
    assert body["status"] == status
    assert body["instance"] == f"urn:zhuye:request:{response.headers['x-request-id']}"
    assert " / " in body["title"]
    return body


@pytest.mark.parametrize(("status", "name"), [(status, name) for _, status, name in KINDS])
def test_each_expected_failure_has_its_status_and_says_what_to_do(client: TestClient, status: int, name: str) -> None:
    assert problem(client.get(f"/fail/{name}"), status, name)["detail"] == "found x in y → do z"


def test_an_unavailable_service_says_when_to_ask_again(client: TestClient) -> None:
    assert client.get("/fail/unavailable").headers["retry-after"] == "30"


def test_an_unexpected_failure_leaks_nothing_and_is_logged_by_its_number(client: TestClient) -> None:
    with structlog.testing.capture_logs() as log:
        response = client.get("/fail/unexpected")
    problem(response, 500, "internal")
    request_id = response.headers["x-request-id"]
    assert request_id in response.json()["detail"]
    assert "secret" not in response.text
    [entry] = [entry for entry in log if entry["event"] == "unexpected_error"]
    assert entry["request_id"] == request_id
    assert entry["error"] == "RuntimeError"
    assert "138" not in json.dumps(entry)


def test_an_unknown_address_and_a_wrong_method(client: TestClient) -> None:
    problem(client.get("/nowhere"), 404, "not-found")
    response = client.delete("/vacancies")
    problem(response, 405, "wrong-method")
    assert response.headers["allow"] == "POST"


def test_what_is_not_json(client: TestClient) -> None:
    response = client.post("/vacancies", content='{"title": ', headers={"content-type": "application/json"})
    assert "第 " in problem(response, 400, "malformed-json")["detail"]


def test_a_body_that_is_not_text(client: TestClient) -> None:
    response = client.post("/vacancies", content=b'{"title": "\xff"}', headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"


def test_a_body_that_is_too_large_by_its_declared_length(client: TestClient) -> None:
    assert "2000" in problem(client.post("/vacancies", json={"title": "长" * 2000}), 413, "too-large")["detail"]


def test_a_body_that_is_too_large_while_it_arrives(client: TestClient) -> None:
    blocks = (b"x" * 1000 for _ in range(5))
    response = client.post("/vacancies", content=blocks, headers={"content-type": "application/json"})
    problem(response, 413, "too-large")


@pytest.mark.parametrize(
    ("changes", "pointer", "zh", "en"),
    [
        ({"title": None}, "#/body/title", "应为文字，收到 空", "expected text, found null"),
        (
            {"wage_min_cny_month": -100},
            "#/body/wage_min_cny_month",
            "应为大于或等于 0，收到 -100",
            "expected ≥ 0, found",
        ),
        ({"headcount": "三"}, "#/body/headcount", "应为整数，收到 '三'", "expected a whole number, found '三'"),
        ({"wage_min_cny_month": 9, "wage_max_cny_month": 8}, "#/body/wage_max_cny_month", "低于最低月薪 9", "below"),
        ({"minimum_age_years": 15}, "#/body/minimum_age_years", "《劳动法》第十五条", "Article 15"),
        ({"minimum_age_years": 60}, "#/body/minimum_age_years", "不是法定年龄", "no statutory minimum age"),
        ({"published_on": "2026-02-30"}, "#/body/published_on", "应为日期", "expected a date"),
        ({"published_on": "2026-03-02", "valid_through": "2026-03-01"}, "#/body/valid_through", "早于首日", "before"),
        ({"district_code": "110101"}, "#/body/district_code", "220102 南关区", "unknown district"),
        ({"credentials": ["DL-X9"]}, "#/body/credentials/0", "没有证书代码", "unknown credential"),
        ({"occupation_code": "9-99-99-99"}, "#/body/occupation_code", "没有职业代码", "unknown occupation"),
        ({"education_min": "大专"}, "#/body/education_min", "其中之一", "one of"),
        ({"sex": "男"}, "#/body/sex", "没有这个字段", "no such field"),
        ({"longitude": 125.3}, "#/body", "经度与纬度须同时给出", "together"),
        ({"vacancy_id": "13812345678"}, "#/body/vacancy_id", "不得是身份证号或电话号码", "must not be"),
        ({"title": "电\0工"}, "#/body/title", "控制字符", "control characters"),
    ],
)
def test_each_fault_says_where_what_and_what_was_expected(
    client: TestClient, changes: dict[str, Any], pointer: str, zh: str, en: str
) -> None:
    vacancy = {"title": "电工", "employer": {"name": "长春某厂"}, **changes}
    [fault] = problem(client.post("/vacancies", json=vacancy), 422, "validation")["errors"]
    assert fault["pointer"] == pointer
    chinese, _, english = fault["detail"].partition(" / ")
    assert zh in chinese
    assert en in english


def test_all_faults_are_told_at_once(client: TestClient) -> None:
    body = problem(client.post("/vacancies", json={"headcount": 0}), 422, "validation")
    assert {fault["pointer"] for fault in body["errors"]} == {
        "#/body/title", "#/body/employer", "#/body/headcount",
    }  # fmt: skip


@pytest.mark.parametrize(
    "identity",
    [{"identity_number": "22010219900101001X"}, {"phone": "call me 138"}, {"name": "张三" * 60}, {"name": 13812345678}],
)
def test_a_wrong_identifier_is_refused_without_being_repeated(client: TestClient, identity: dict[str, Any]) -> None:
    response = client.post("/seekers", json={"identity": identity})
    problem(response, 422, "validation")
    assert str(next(iter(identity.values()))) not in response.text
    assert "张三" not in response.text


def test_a_request_number_is_taken_over_where_it_is_harmless(client: TestClient) -> None:
    given = client.get("/nowhere", headers={"X-Request-ID": "desk-7.42"})
    assert given.headers["x-request-id"] == "desk-7.42"
    odd = client.get("/nowhere", headers={"X-Request-ID": "a b\t{}"})
    assert len(odd.headers["x-request-id"]) == 32


def test_the_log_holds_the_route_and_neither_path_nor_query(client: TestClient) -> None:
    with structlog.testing.capture_logs() as log:
        client.get("/fail/data?phone=13812345678")
    [entry] = [entry for entry in log if entry["event"] == "request"]
    assert entry["route"] == "/fail/data"
    assert entry["status"] == 422
    assert "138" not in json.dumps(entry)
