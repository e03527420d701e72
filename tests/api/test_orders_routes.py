"""Training orders over HTTP and on the command line, on the real database: from the order to who stayed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from rich.console import Console
from sqlalchemy import Engine

from api.bootstrap import Services
from api.jobs.import_reported import import_reported
from api.live_market import LiveMarket
from api.order_console import show_assessment, show_cohort, show_order, show_orders
from api.order_desk import assess_stored, open_order_book
from data.storage.import_repository import rejects_of
from data.storage.personal_data import open_key
from tests.api.conftest import new_vacancy
from tests.api.test_courses import low_voltage, store, told
from tests.data.records_for_tests import AS_OF

ORDER = {"order_id": "TO-1", "vacancy_id": "V-LIFT", "people_wanted": 2, "ready_by": "2026-07-31"}


@pytest.fixture
def ordered(client: TestClient, services: Services) -> TestClient:
    """Posts for electricians with a certificate, a course that gives it (run R-1 in July), and an order of two."""
    store(services, low_voltage())
    posts = new_vacancy(vacancy_id="V-LIFT", title="电工", credentials=["OP-ELEC-LOW"], headcount=5)
    assert client.post("/v1/vacancies", json=posts).status_code == 201
    assert client.post("/v1/orders", json=ORDER).status_code == 201
    return client


def enrol(client: TestClient, seeker: str = "S-00", **more: Any) -> str:
    answer = client.post(
        "/v1/enrolments", json={"seeker_id": seeker, "course_run_id": "R-1", "order_id": "TO-1"} | more
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["record_id"])


def test_feasibility_and_cohort_of_an_order(ordered: TestClient, services: Services) -> None:
    one = ORDER | {"order_id": "TO-5", "people_wanted": 1}
    ordered.post("/v1/orders", json=one)
    answer = ordered.get("/v1/orders/TO-5/feasibility")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["verdict"], found["people_wanted"], found["ready"]) == ("feasible", 1, 0)
    assert found["could"] == sum(origin["could"] for origin in found["origins"] if origin["by"] == "district")
    assert found["classes"][0]["course_run_id"] == "R-1"
    new = [one for one in found["classes"] if one["is_new"]]
    assert (new[0]["course_run_id"], new[0]["free_seats"], new[0]["ends_on"]) == (None, None, "2026-07-31")
    cohort = ordered.get("/v1/orders/TO-5/cohort").json()
    assert len(cohort["seated"]) == found["classes"][0]["needed"]
    worths = [one["worth"] for one in cohort["seated"]]
    assert worths == sorted(worths, reverse=True)
    assert [one["position"] for one in cohort["waiting"]] == list(range(1, len(cohort["waiting"]) + 1))
    # Those who accept are enrolled; the next cohort is for the rest and has nobody of them.
    enrol(ordered, cohort["seated"][0]["seeker_id"], order_id="TO-5")
    ordered.post("/v1/orders", json=one | {"course_run_id": "R-1"})
    later = ordered.get("/v1/orders/TO-5/cohort").json()
    assert cohort["seated"][0]["seeker_id"] not in [one["seeker_id"] for one in later["seated"] + later["waiting"]]
    console = Console(record=True, width=200)
    state = LiveMarket(services, lambda: AS_OF).current()
    assessed = assess_stored(services, state, AS_OF, "TO-5")
    show_assessment(assessed, "TO-5", "zh", console)
    show_cohort(assessed, "TO-5", 3, "en", console)
    said = console.export_text()
    assert "低压电工取证班" in said
    assert later["seated"][0]["seeker_id"] in said


def test_where_few_people_come_from_is_not_told(ordered: TestClient, services: Services) -> None:
    for number in range(8):
        assert ordered.post(f"/v1/seekers/S-{number:02d}/close").status_code == 200
    found = ordered.get("/v1/orders/TO-1/feasibility").json()
    assert (found["could"], found["origins"]) == (8, [])
    console = Console(record=True, width=200)
    state = LiveMarket(services, lambda: AS_OF).current()
    show_assessment(assess_stored(services, state, AS_OF, "TO-1"), "TO-1", "zh", console)
    assert "南关区" not in console.export_text()


def test_an_order_lives_and_shows_where_its_chain_breaks(ordered: TestClient, services: Services) -> None:
    first, second = enrol(ordered), enrol(ordered, "S-08", programme="employment")
    events = f"/v1/enrolments/{first}/events"
    gone = {"event": "dropped_out", "occurred_on": str(AS_OF), "reason": "found_work", "reported_by": "seeker"}
    assert ordered.post(events, json=gone).status_code == 201
    assert ordered.post(events, json=gone).status_code == 200  # told again
    enrol(ordered, "S-01", replaces=first)
    [order] = ordered.get("/v1/orders").json()["orders"]
    assert (order["enrolled"], order["dropped_out"], order["replacements"]) == (3, 1, 1)
    assert (order["breaks_at"], order["state"], order["title"]) == ("enrolled", "on_track", "电工")
    detail = ordered.get("/v1/orders/TO-1").json()
    assert [(stage["stage"], stage["lost"]) for stage in detail["stages"][:2]] == [("ordered", 0), ("enrolled", 1)]
    assert {place["enrolment_id"] for place in detail["places"]} >= {first, second}
    book, console = open_order_book(services, AS_OF), Console(record=True, width=200)
    show_orders(book, "zh", console)
    show_order(open_order_book(services, AS_OF, "TO-1"), "en", console)
    said = console.export_text()
    assert "报名 −1" in said
    assert "found work" in said


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_orders_with_generated_identifiers_fit_a_narrow_screen(
    ordered: TestClient, services: Services, lang: str
) -> None:
    unnamed = {name: value for name, value in ORDER.items() if name != "order_id"} | {"people_wanted": 1}
    identifier = ordered.post("/v1/orders", json=unnamed).json()["record_id"]
    console = Console(record=True, width=80)
    show_orders(open_order_book(services, AS_OF), lang, console)
    lines = console.export_text().splitlines()
    [at] = [place for place, line in enumerate(lines) if line.split()[:1] == [identifier]]
    assert "1→0→0→0→0→0" in lines[at]
    assert lines[at + 1].strip() == "电工 · 长春某厂"


def test_who_is_enrolled_is_recommended_no_second_class_and_no_second_subsidy(ordered: TestClient) -> None:
    before = told(ordered)
    assert before["courses"][0]["course_run_id"] == "R-1"
    assert before["courses"][0]["fee_after_subsidy_cny"] == 20
    enrol(ordered, programme="employment")
    assert told(ordered)["courses"] == []  # the only class is at a time at which he sits in one
    assert told(ordered, "S-08")["courses"][0]["seats"] == before["courses"][0]["seats"] - 1


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("get", "/v1/orders/TO-9", None, 404),
        ("get", "/v1/orders/TO-9/cohort", None, 404),
        ("post", "/v1/orders", ORDER | {"vacancy_id": "V-99", "order_id": "TO-2"}, 422),
        ("post", "/v1/orders", ORDER | {"people_wanted": 0}, 422),
        ("post", "/v1/orders", ORDER | {"wage_cny_month": 1000, "order_id": "TO-2", "people_wanted": 1}, 422),
        ("post", "/v1/orders", ORDER | {"people_wanted": 3}, 422),  # another order under the same identifier
        ("post", "/v1/enrolments", {"seeker_id": "S-99", "course_run_id": "R-1"}, 422),
        ("post", "/v1/enrolments/EN-9/events", {"event": "hired", "occurred_on": "2026-05-30", "reported_by": "agency"},
         404),
        ("post", "/v1/enrolments/EN-9/events", {"event": "enrolled", "occurred_on": "2026-05-30",
                                                "reported_by": "agency"}, 422),
    ],
)  # fmt: skip
def test_what_cannot_be_is_a_problem(
    ordered: TestClient, method: str, path: str, body: dict[str, Any] | None, status: int
) -> None:
    answer = ordered.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_a_closed_vacancy_and_a_cancelled_order_are_not_assessed(ordered: TestClient) -> None:
    ordered.post("/v1/vacancies/V-LIFT/close")
    assert ordered.get("/v1/orders/TO-1/feasibility").status_code == 409
    ordered.post("/v1/orders", json=ORDER | {"cancelled_on": str(AS_OF)})
    assert "已取消" in ordered.get("/v1/orders/TO-1/feasibility").json()["detail"]
    assert ordered.get("/v1/orders").json()["orders"][0]["state"] == "cancelled"


FILES = {
    "orders": "订单编号,岗位编号,人数,下单日期,最迟结业日期,班次编号\n"
    "TO-2,V-LIFT,3,2026-05-01,2026年7月31日,R-1\nTO-3,V-99,3,2026-05-01,2026-07-31,\nTO-4,V-LIFT,许多人,2026-05-01,,\n",
    "enrolments": "求职者编号,班次编号,订单编号,事件,日期,原因,报告人\n"
    "S-02,R-1,TO-2,退学,2026-05-20,已就业,本人\nS-02,R-1,TO-2,报名,2026-05-10,,就业服务机构\n"
    "S-03,R-1,TO-9,报名,2026-05-10,,就业服务机构\n",
}


def test_orders_and_enrolments_are_imported_from_files(ordered: TestClient, engine: Engine, tmp_path: Path) -> None:
    del ordered
    counts, faults = {}, {}
    for kind in ("orders", "enrolments"):
        path = tmp_path / f"{kind}.csv"
        path.write_text(FILES[kind], encoding="utf-8")
        summary = import_reported(
            engine,
            path,
            kind=kind,
            file_format="auto",
            today=AS_OF,
            key=open_key(tmp_path, None),
            rejects_folder=tmp_path / "rejects",
        )  # type: ignore[arg-type]
        counts[kind] = (summary.stored, summary.rejected)
        with engine.connect() as connection:
            rejects = rejects_of(connection, summary.import_id)
        faults[kind] = list(zip(rejects["file_row"], rejects["file_column"], strict=True))
    assert counts == {"orders": (1, 2), "enrolments": (2, 1)}
    assert faults == {"orders": [(3, "岗位编号"), (4, "人数"), (4, "最迟结业日期")], "enrolments": [(4, "订单编号")]}
