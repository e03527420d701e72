"""What the API answers follows the database at once, and is what the matching function says."""

from __future__ import annotations

import threading
from typing import Any

import pandas as pd
from fastapi.testclient import TestClient

from api.bootstrap import Services
from api.live_market import LiveMarket
from data.storage.identity_repository import read_identity
from data.storage.personal_data import open_key
from data.storage.run_repository import begin_run, publish_run
from matching.match_seekers import MatchSettings, match_seekers
from tests.data.records_for_tests import AS_OF

IDENTITY = {"name": "欧阳测试", "identity_number": "11010519491231002X", "phone": "13812345678"}
VACANCY = {"title": "电工", "employer": {"name": "长春某厂"}, "education_min": "none", "wage_max_cny_month": 9000}


def matched(client: TestClient, seeker: str = "S-00", limit: int = 50) -> list[str]:
    answer = client.get(f"/v1/seekers/{seeker}/matches", params={"limit": limit})
    assert answer.status_code == 200, answer.text
    return [match["vacancy"]["vacancy_id"] for match in answer.json()["matches"]]


def test_the_answer_is_that_of_the_matching_function(client: TestClient, services: Services) -> None:
    whole = LiveMarket(services, lambda: AS_OF).current().as_one()
    market = whole.market
    everybody = match_seekers(
        market, whole.seeker_vectors, whole.vacancy_vectors, services.ranker, MatchSettings(50, 5)
    )
    for row, seeker in enumerate(market.seekers["seeker_id"]):
        expected = everybody[everybody["seeker"] == row]
        answer = client.get(f"/v1/seekers/{seeker}/matches", params={"limit": 5}).json()
        assert answer["ranked_by"] == "score"
        assert [m["vacancy"]["vacancy_id"] for m in answer["matches"]] == market.vacancies["vacancy_id"].iloc[
            expected["vacancy"]
        ].tolist()
        assert [m["score"] for m in answer["matches"]] == expected["score"].astype(float).tolist()


def test_the_first_match_is_the_trade_wanted_with_reasons_in_both_languages(client: TestClient) -> None:
    [best] = client.get("/v1/seekers/S-02/matches", params={"limit": 1}).json()["matches"]
    assert best["vacancy"]["title"] == "厨师"
    assert best["score"] > 0
    for reason in best["reasons_for"] + best["questions"]:
        assert reason["zh"]
        assert reason["en"]


def test_a_closed_vacancy_disappears_at_once(client: TestClient) -> None:
    first = matched(client)[0]
    assert client.post(f"/v1/vacancies/{first}/close").json()["status"] == "closed"
    assert first not in matched(client)
    assert client.get(f"/v1/vacancies/{first}/candidates").status_code == 409
    assert client.post(f"/v1/vacancies/{first}/close").status_code == 409


def test_a_vacancy_published_now_is_matched_now(client: TestClient) -> None:
    matched(client)
    created = client.post("/v1/vacancies", json=VACANCY)
    assert created.status_code == 201, created.text
    assert created.json()["occupation_code"] is not None
    assert created.json()["vacancy_id"] in matched(client)


def test_what_a_description_says_need_not_be_said_again(client: TestClient) -> None:
    said = client.post("/v1/vacancies", json={**VACANCY, "description": "包吃包住，两班倒"}).json()
    assert (said["board_offered"], said["lodging_offered"], said["shift_work"]) == (True, True, True)
    denied = client.post("/v1/vacancies", json={**VACANCY, "description": "包吃包住", "board_offered": False}).json()
    assert (denied["board_offered"], denied["lodging_offered"]) == (False, True)


def test_a_person_registered_now_is_matched_and_found_now(client: TestClient) -> None:
    matched(client)
    created = client.post("/v1/seekers", json={"desired_title": "厨师", "wage_min_cny_month": 3000})
    assert created.status_code == 201, created.text
    seeker = created.json()["seeker_id"]
    assert matched(client, seeker)
    found = client.get("/v1/vacancies/V-02/candidates", params={"limit": 100}).json()["candidates"]
    assert seeker in [candidate["seeker"]["seeker_id"] for candidate in found]
    client.post(f"/v1/seekers/{seeker}/close")
    found = client.get("/v1/vacancies/V-02/candidates", params={"limit": 100}).json()["candidates"]
    assert seeker not in [candidate["seeker"]["seeker_id"] for candidate in found]
    assert client.get(f"/v1/seekers/{seeker}/matches").status_code == 409


def test_no_identifier_leaves_by_any_door(client: TestClient, services: Services) -> None:
    created = client.post("/v1/seekers", json={"desired_title": "电工", "identity": IDENTITY})
    assert created.status_code == 201, created.text
    seeker = created.json()["seeker_id"]
    again = client.post("/v1/seekers", json={"desired_title": "电工", "identity": IDENTITY})
    assert again.status_code == 409
    answers = [
        created, again, client.get(f"/v1/seekers/{seeker}"), client.get("/v1/seekers"),
        client.get(f"/v1/seekers/{seeker}/matches"), client.get("/v1/vacancies/V-00/candidates?limit=100"),
    ]  # fmt: skip
    for answer in answers:
        for secret in IDENTITY.values():
            assert secret not in answer.text
    with services.engine.connect() as connection:
        stored = read_identity(connection, seeker, open_key(services.settings.home, None))
    assert (stored.name, stored.identity_number, stored.phone) == tuple(IDENTITY.values())


def test_prices_of_the_published_run_rank_the_list(client: TestClient, services: Services) -> None:
    assert client.get("/v1/runs/latest").status_code == 404
    first = matched(client)[0]
    begin_run(services.engine, run_id="R-1", as_of=AS_OF, seed=1, code_version="test", settings={}, models={})
    nothing = {"seeker_id": [], "utility": []}
    publish_run(
        services.engine, "R-1",
        matches=[],
        prices=pd.DataFrame({"vacancy_id": [first], "capacity": [3], "referrals": [3], "price": [0.9]}),
        utilities=pd.DataFrame(nothing), summary={"referrals": 0},
    )  # fmt: skip
    answer = client.get("/v1/seekers/S-00/matches", params={"limit": 50}).json()
    assert (answer["ranked_by"], answer["run_id"]) == ("score_minus_price", "R-1")
    worth = [match["score"] - match["price"] for match in answer["matches"]]
    assert worth == sorted(worth, reverse=True)
    assert answer["matches"][-1]["vacancy"]["vacancy_id"] == first
    assert client.get("/v1/runs/latest").json() == {
        "run_id": "R-1", "as_of": AS_OF.isoformat(), "summary": {"referrals": 0},
    }  # fmt: skip


def test_an_unsaved_profile_by_fields(client: TestClient) -> None:
    answer = client.post("/v1/match", json={"profile": {"desired_title": "厨师"}, "limit": 2})
    assert answer.status_code == 200, answer.text
    assert {match["vacancy"]["title"] for match in answer.json()["matches"]} == {"厨师"}
    assert client.get("/v1/seekers/unsaved").status_code == 404
    assert client.post("/v1/match", json={}).status_code == 422


def test_pages_hold_every_record_once(client: TestClient) -> None:
    seen: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = client.get("/v1/vacancies", params={"limit": 5, **cursor}).json()
        seen += [item["vacancy_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == [f"V-{n:02d}" for n in range(16)]
    assert client.get("/v1/vacancies", params={"cursor": "%%"}).status_code == 422


def test_closed_vacancies_never_leave_while_others_ask(client: TestClient) -> None:
    closed: set[str] = set()
    wrong: list[str] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            known = set(closed)
            wrong.extend(known & set(matched(client)))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(8):
        opened = client.post("/v1/vacancies", json=VACANCY).json()["vacancy_id"]
        for vacancy in (opened, f"V-{n:02d}"):
            assert client.post(f"/v1/vacancies/{vacancy}/close").status_code == 200
            closed.add(vacancy)
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong


def test_ready_and_described(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["vacancies"] == 16
    description = client.get("/openapi.json").json()
    for path, methods in description["paths"].items():
        for operation in methods.values():
            assert " / " in operation["summary"], path
            if path.startswith("/v1"):
                assert "application/problem+json" in operation["responses"]["401"]["content"]
    page = client.get("/docs").text
    assert "/v1/seekers/{seeker_id}/matches" in page
    assert "cdn" not in page
