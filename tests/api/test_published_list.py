"""What the newest run published, read through its door: by person and by post, closed ones never."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.bootstrap import Services
from api.published_list import published_page
from data.errors import NotFoundError
from data.storage.identity_repository import erase_seeker
from data.storage.record_repository import load_records, store_records
from data.storage.run_repository import begin_run, publish_run
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy

MATCHES = "/v1/runs/latest/matches"


def pair(seeker_id: str, vacancy_id: str, position: int, score: float) -> dict[str, Any]:
    return {
        "seeker_id": seeker_id, "vacancy_id": vacancy_id, "position": position, "is_referral": position == 1,
        "propensity": None, "similarity": 0.5, "p_accept": 0.5, "p_hire": 2 * score, "score": score, "unknown_rules": 0,
    }  # fmt: skip


LISTED = [
    *(pair("S-00", f"V-{n:02d}", n + 1, 0.4 - n / 100) for n in range(6)),
    *(pair(f"S-{n:02d}", "V-00", 1, 0.3) for n in range(1, 6)),
]


def publish(services: Services, run_id: str, listed: list[dict[str, Any]] = LISTED) -> None:
    begin_run(services.engine, run_id=run_id, as_of=AS_OF, seed=1, code_version="test", settings={}, models={})
    publish_run(
        services.engine, run_id, matches=[pd.DataFrame(listed)],
        prices=pd.DataFrame({"vacancy_id": ["V-00"], "capacity": 1, "referrals": 1, "price": 0.25}),
        utilities=pd.DataFrame({"seeker_id": ["S-00"], "utility": [0.0]}),
        summary={"ranker": {"accept": "boosting", "hire": "boosting"}},
    )  # fmt: skip


@pytest.fixture
def night(services: Services) -> Services:
    publish(services, "night-1")
    return services


def walk(client: TestClient, key: str, limit: int, **which: str) -> list[str]:
    """Every identifier listed, a page of `limit` after another."""
    found, cursor = [], None
    while True:
        answer = client.get(MATCHES, params={**which, "limit": limit, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [match[key][f"{key}_id"] for match in page["vacancies"] + page["candidates"]]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


@pytest.mark.usefixtures("night")
def test_a_persons_list_is_what_the_night_published(client: TestClient) -> None:
    page = client.get(MATCHES, params={"seeker_id": "S-00"}).json()
    assert (page["run_id"], page["as_of"], page["calibrated"]) == ("night-1", "2026-06-01", True)
    assert [m["vacancy"]["vacancy_id"] for m in page["vacancies"]] == [f"V-{n:02d}" for n in range(6)]
    assert [m["position"] for m in page["vacancies"]] == [1, 2, 3, 4, 5, 6]
    first, second = page["vacancies"][:2]
    assert (first["is_referral"], first["score"], first["price"]) == (True, pytest.approx(0.4), 0.25)
    assert (second["is_referral"], second["price"]) == (False, 0.0)
    assert first["reasons_for"]
    assert page["candidates"] == []
    assert client.get(MATCHES, params={"seeker_id": "S-15"}).json()["vacancies"] == []


@pytest.mark.parametrize("limit", [1, 2, 5, 200])
@pytest.mark.usefixtures("night")
def test_pages_give_the_whole_list_once(client: TestClient, limit: int) -> None:
    assert walk(client, "vacancy", limit, seeker_id="S-00") == [f"V-{n:02d}" for n in range(6)]
    assert walk(client, "seeker", limit, vacancy_id="V-00") == [f"S-{n:02d}" for n in range(6)]


@pytest.mark.usefixtures("night")
def test_what_closes_disappears_at_once(client: TestClient) -> None:
    client.post("/v1/vacancies/V-02/close")
    client.post("/v1/seekers/S-03/close")
    assert "V-02" not in walk(client, "vacancy", 2, seeker_id="S-00")
    assert "S-03" not in walk(client, "seeker", 2, vacancy_id="V-00")
    for which in ({"vacancy_id": "V-02"}, {"seeker_id": "S-03"}):
        answer = client.get(MATCHES, params=which)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:zhuye:problem:conflict")


def test_who_is_erased_between_two_pages_makes_nobody_be_skipped(client: TestClient, night: Services) -> None:
    first = client.get(MATCHES, params={"vacancy_id": "V-00", "limit": 3}).json()
    with night.engine.begin() as connection:
        erase_seeker(connection, "S-01")
        erase_seeker(connection, "S-02")
    second = client.get(MATCHES, params={"vacancy_id": "V-00", "limit": 3, "cursor": first["next_cursor"]}).json()
    assert [c["seeker"]["seeker_id"] for c in second["candidates"]] == ["S-03", "S-04", "S-05"]


def test_a_pair_that_a_rule_forbids_today_does_not_leave(services: Services, client: TestClient) -> None:
    licence = [{"seeker_id": "S-L", "credential_code": "DL-C1", "obtained_on": None, "expires_on": "2026-05-31"}]
    with services.engine.begin() as connection:
        store_records(
            connection,
            records(
                seekers=[seeker(seeker_id="S-L")], vacancies=[vacancy(vacancy_id="V-L"), vacancy(vacancy_id="V-M")],
                seeker_credentials=licence, vacancy_credentials=[{"vacancy_id": "V-L", "credential_code": "DL-C1"}],
            ),
        )  # fmt: skip
    publish(services, "night-1", [pair("S-L", "V-L", 1, 0.4), pair("S-L", "V-M", 2, 0.3)])
    assert walk(client, "vacancy", 10, seeker_id="S-L") == ["V-M"]
    yesterday = published_page(services.engine, "seekers", "S-L", today=date(2026, 5, 31), limit=10)
    assert yesterday.listed["position"].tolist() == [1, 2]


def test_a_new_run_between_two_pages_is_told(client: TestClient, night: Services) -> None:
    first = client.get(MATCHES, params={"seeker_id": "S-00", "limit": 2}).json()
    publish(night, "night-2")
    answer = client.get(MATCHES, params={"seeker_id": "S-00", "limit": 2, "cursor": first["next_cursor"]})
    assert answer.status_code == 409
    assert "从第一页重新开始" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("params", "status"),
    [({}, 422), ({"seeker_id": "S-00", "vacancy_id": "V-00"}, 422), ({"seeker_id": "S-99"}, 404),
     ({"vacancy_id": "V-99"}, 404), ({"seeker_id": "S-00", "cursor": "bm9uZQ"}, 422),
     ({"seeker_id": "S-00", "limit": "0"}, 422)],
)  # fmt: skip
@pytest.mark.usefixtures("night")
def test_wrong_questions(client: TestClient, params: dict[str, str], status: int) -> None:
    answer = client.get(MATCHES, params=params)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_before_the_first_run_there_is_nothing(client: TestClient, services: Services) -> None:
    assert client.get(MATCHES, params={"seeker_id": "S-00"}).status_code == 404
    with pytest.raises(NotFoundError, match="zhuye rematch"):
        published_page(services.engine, "seekers", "S-00", today=AS_OF, limit=5)


def test_a_closing_over_http_has_its_day(client: TestClient, services: Services) -> None:
    assert client.post("/v1/vacancies/V-02/close").json()["closed_on"] == "2026-06-01"
    assert client.post("/v1/seekers/S-03/close").json()["closed_on"] == "2026-06-01"
    with services.engine.connect() as connection:
        assert load_records(connection).seekers["closed_on"].notna().sum() == 1
        assert connection.execute(text("SELECT count(*) FROM vacancies WHERE closed_on IS NOT NULL")).scalar_one() == 1
