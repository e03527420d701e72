"""What happened comes in over HTTP and is read back, on the real database."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.bootstrap import Services
from data.storage.record_repository import load_records

IDENTITY = "11010519491231002X"


def told(event: str, on: str, **changes: Any) -> dict[str, Any]:
    return {"seeker_id": "S-00", "vacancy_id": "V-00", "event": event, "occurred_on": on, **changes}


def report(client: TestClient, *events: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/v1/referrals/events", json={"events": list(events)})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_each_event_is_stored_or_rejected_by_itself(client: TestClient) -> None:
    answer = report(
        client, told("started", "2026-05-20", evidence="contract", wage_cny_month=5200), told("referred", "2026-05-02"),
        told("hired", "2026-05-01"), told("left", "2026-06-02"), told("hired", "2026-05-09", seeker_id=IDENTITY),
        told("referred", "2026-05-02"),
    )  # fmt: skip
    assert [result["outcome"] for result in answer["results"]] == [
        "stored", "stored", "rejected", "rejected", "rejected", "duplicate",
    ]  # fmt: skip
    assert (answer["stored"], answer["duplicate"], answer["rejected"]) == (2, 1, 3)
    before, future, unknown = (result["problem"] for result in answer["results"][2:5])
    assert before["pointer"] == "#/body/events/2/occurred_on"
    assert "应为不早于推荐（2026-05-02），收到 '2026-05-01'" in before["detail"]
    assert "no later than today, 2026-06-01" in future["detail"]
    assert unknown["pointer"] == "#/body/events/4/seeker_id"
    assert IDENTITY not in str(answer)


def test_a_persons_referrals_are_read_latest_first_with_what_happened(client: TestClient, services: Services) -> None:
    report(
        client, told("referred", "2026-05-02"), told("started", "2026-05-20", evidence="contract", wage_cny_month=5200),
        told("referred", "2026-05-03", vacancy_id="V-01"), told("seeker_declined", "2026-05-04", vacancy_id="V-01"),
    )  # fmt: skip
    first = client.get("/v1/seekers/S-00/referrals", params={"limit": 1}).json()
    assert [item["vacancy_id"] for item in first["items"]] == ["V-01"]
    second = client.get("/v1/seekers/S-00/referrals", params={"limit": 1, "cursor": first["next_cursor"]}).json()
    (referral,) = second["items"]
    assert (referral["vacancy_id"], referral["referred_on"], referral["source"]) == ("V-00", "2026-05-02", "api")
    assert referral["events"] == [
        {"event": "referred", "event_zh": "推荐", "occurred_on": "2026-05-02", "evidence": None,
         "wage_cny_month": None},
        {"event": "started", "event_zh": "上岗", "occurred_on": "2026-05-20", "evidence": "contract",
         "wage_cny_month": 5200.0},
    ]  # fmt: skip
    assert second["next_cursor"] is None
    assert client.get("/v1/seekers/S-01/referrals").json()["items"] == []
    with services.engine.connect() as connection:
        assert len(load_records(connection, with_history=True).referral_events) == 4


def test_who_is_not_registered_has_no_referrals(client: TestClient) -> None:
    answer = client.get("/v1/seekers/S-99/referrals")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:zhuye:problem:not-found"
    assert client.get("/v1/seekers/S-00/referrals", params={"cursor": "bm9uZQ"}).status_code == 422


@pytest.mark.parametrize(
    ("events", "pointer"),
    [
        ([], "#/body/events"),
        ([told("hired", "2026-05-01")] * 1001, "#/body/events"),
        ([told("dismissed", "2026-05-01")], "#/body/events/0/event"),
        ([told("hired", "2026-05-32")], "#/body/events/0/occurred_on"),
        ([told("hired", "0001-01-01")], "#/body/events/0/occurred_on"),
        ([told("hired", "2026-05-01", vacancy_id=None)], "#/body/events/0"),
        ([told("started", "2026-05-01", evidence="hearsay")], "#/body/events/0/evidence"),
        ([told("started", "2026-05-01", wage_cny_month=-1)], "#/body/events/0/wage_cny_month"),
        ([told("hired", "2026-05-01", sex="男")], "#/body/events/0/sex"),
    ],
)
def test_what_is_not_a_report_is_refused_as_a_whole(
    client: TestClient, events: list[dict[str, Any]], pointer: str
) -> None:
    answer = client.post("/v1/referrals/events", json={"events": events})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_day_far_in_the_future_is_no_fault_of_the_service(client: TestClient) -> None:
    answer = report(client, told("hired", "9999-12-31"))
    assert answer["results"][0]["problem"]["pointer"] == "#/body/events/0/occurred_on"
