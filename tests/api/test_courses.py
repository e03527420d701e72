"""Courses for a person through the API and the command line, from the real database."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from rich.console import Console

from api.bootstrap import Services
from api.course_desk import answer_courses
from api.jobs.match_person import find_person
from api.live_market import LiveMarket
from api.training_commands import courses, show_courses
from data.columns import COURSE_RUNS, COURSES, Records
from data.errors import DataError
from data.storage.record_repository import store_records
from data.storage.run_repository import begin_run, publish_run
from tests.api.conftest import new_vacancy
from tests.data.records_for_tests import AS_OF
from tests.training_recs.course_market_for_tests import course, run


def store(services: Services, *pairs: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """Courses with a run each, in the database."""
    records = Records.of(
        courses=COURSES.check(pd.DataFrame([one for one, _ in pairs])),
        course_runs=COURSE_RUNS.check(pd.DataFrame([one for _, one in pairs])),
    )
    with services.engine.begin() as connection:
        store_records(connection, records)


def low_voltage(**changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Short and cheap: half of what one vacancy promises is expected to be there after the class."""
    cheap = {"fee_cny": 620, "duration_days": 5}
    return course(title="低压电工取证班", credential_code="OP-ELEC-LOW", **cheap | changes), run()


@pytest.fixture
def lift(client: TestClient) -> str:
    """A vacancy for electricians with a certificate."""
    client.post("/v1/vacancies", json=new_vacancy(vacancy_id="V-LIFT", title="电工", credentials=["OP-ELEC-LOW"]))
    return "V-LIFT"


def told(client: TestClient, seeker: str = "S-00") -> dict[str, Any]:
    answer = client.get(f"/v1/seekers/{seeker}/courses")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_without_courses_the_answer_is_apply_now_and_names_the_gap(client: TestClient, lift: str) -> None:
    answer = told(client)
    assert (answer["courses"], answer["apply_now"]) == ([], True)
    assert answer["statements"][0]["zh"].startswith("现在直接应聘最好")
    [gap] = answer["gaps"]
    assert (gap["code"], gap["required"], gap["vacancies_opened"]) == ("OP-ELEC-LOW", True, 1)
    assert gap["vacancies"][0]["vacancy_id"] == lift


def test_a_course_that_opens_a_vacancy_with_all_that_is_told(client: TestClient, services: Services, lift: str) -> None:
    assert told(client)["apply_now"]
    store(services, low_voltage())  # a course imported now is known now
    [best] = told(client)["courses"]
    assert (best["course_id"], best["course_run_id"], best["seats"]) == ("C-1", "R-1", 20)
    assert (best["starts_on"], best["first"]) == ("2026-07-01", None)
    assert (best["vacancies_opened"], best["vacancies"][0]["vacancy_id"]) == (1, lift)
    assert best["credentials"] == ["OP-ELEC-LOW"]
    assert (best["fee_cny"], best["fee_after_subsidy_cny"]) == (620, 20)
    assert set(best["gains"]) == {"days_90", "days_180", "days_360"}
    assert best["crowding"]["referrals_per_opening"] is None
    for said in best["statements"] + best["questions"]:
        assert said["zh"]
        assert said["en"]
    assert "health" in [asked["code"] for asked in best["questions"]]


def test_prices_of_the_published_run_decide(client: TestClient, services: Services, lift: str) -> None:
    store(services, low_voltage())
    begin_run(services.engine, run_id="R-1", as_of=AS_OF, seed=1, code_version="test", settings={}, models={})
    publish_run(
        services.engine, "R-1", matches=[], summary={},
        prices=pd.DataFrame({"vacancy_id": [lift], "capacity": [3], "referrals": [3], "price": [0.9]}),
        utilities=pd.DataFrame({"seeker_id": [], "utility": []}),
    )  # fmt: skip
    answer = told(client)
    assert (answer["by_price"], answer["apply_now"]) == (True, True)  # full: training for it is worth nothing
    [gap] = answer["gaps"]
    assert (gap["vacancies_opened"], gap["worth"]) == (1, 0.0)


def test_a_closed_vacancy_opens_nothing_any_more(client: TestClient, services: Services, lift: str) -> None:
    store(services, low_voltage())
    assert told(client)["courses"]
    client.post(f"/v1/vacancies/{lift}/close")
    assert told(client)["apply_now"]
    assert told(client)["gaps"] == []


def test_somebody_unknown_or_withdrawn_is_told(client: TestClient) -> None:
    assert client.get("/v1/seekers/S-NONE/courses").status_code == 404
    client.post("/v1/seekers/S-01/close")
    assert client.get("/v1/seekers/S-01/courses").status_code == 409


@pytest.mark.usefixtures("lift")
def test_the_command_line_shows_courses_in_both_languages(services: Services) -> None:
    full = course(course_id="C-FULL"), run(course_run_id="R-FULL", course_id="C-FULL", seats=0)
    store(services, low_voltage(), full)
    live = LiveMarket(services, lambda: AS_OF)
    state = live.current()
    for lang, words in (
        ("zh", ("要求 低压电工作业证", "没有名额 1")),
        ("en", ("required: low-voltage electrician", "its runs have no seats 1")),
    ):
        person, reading = find_person(services, live, state, "S-00", None, AS_OF)
        assert reading is None
        console = Console(record=True, width=200)
        show_courses(console, answer_courses(state, person, services, limit=3), lang)  # type: ignore[arg-type]
        shown = console.export_text()
        assert "低压电工取证班" in shown
        assert all(said in shown for said in words)


def test_a_profile_in_words_is_advised(services: Services) -> None:
    store(services, low_voltage())
    live = LiveMarket(services, lambda: AS_OF)
    state = live.current()
    person, reading = find_person(services, live, state, None, "想找电工的活，没有电工证", AS_OF)
    assert reading is not None
    assert answer_courses(state, person, services, limit=3).advice.apply_now  # no vacancy asks for it


def test_one_of_seeker_and_profile_is_needed() -> None:
    with pytest.raises(DataError, match="either --seeker or --profile"):
        courses()
