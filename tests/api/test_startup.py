"""Support for people who want to start a business, through the API, the command line and files."""

from __future__ import annotations

import pickle
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from rich.console import Console

from api import startup_desk
from api.bootstrap import Services
from api.jobs.erase_person import erase_person
from api.jobs.import_reported import ReportedKind, import_reported
from api.jobs.match_person import find_person
from api.live_market import LiveMarket
from api.startup_commands import show_startup, startup, write_mentors
from api.startup_desk import answer_startup, recorded_wish, told_wish
from data.columns import COURSE_RUNS, COURSES, Records
from data.errors import DataError
from data.startup_columns import MENTORS, STARTUP_WISHES
from data.storage.record_repository import store_records
from data.storage.startup_repository import read_startup_records
from tests.data.records_for_tests import AS_OF
from tests.training_recs.course_market_for_tests import course, run

INCUBATOR = {
    "incubator_id": "I-1", "name": "（虚构）餐饮创业街", "sectors": "餐饮", "occupations": ["4-03"], "workstations": 10,
    "workstations_free": 3, "district_code": "220102", "valid_through": "2026-12-31",
}  # fmt: skip
MENTOR = {
    "mentor_id": "M-1", "field": "餐饮店经营", "occupations": ["4-03"], "places": 2, "places_free": 1,
    "district_code": "220102", "valid_through": "2026-12-31",
}  # fmt: skip
WISH = {"trade": "小饭馆", "stage": "planning", "form": "self_employed", "first_business": True}


def told(client: TestClient, seeker: str = "S-00") -> dict[str, Any]:
    answer = client.get(f"/v1/seekers/{seeker}/startup")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def street(client: TestClient) -> None:
    """An incubator and a mentor for restaurants, and S-00, who wants to open one."""
    assert client.post("/v1/incubators", json=INCUBATOR).status_code == 201
    assert client.post("/v1/mentors", json=MENTOR).status_code == 201
    answer = client.put("/v1/seekers/S-00/startup-wish", json=WISH)
    assert answer.status_code == 200, answer.text
    assert answer.json()["occupation_code"] == "4-03-02-01"


@pytest.mark.usefixtures("street")
def test_who_does_not_want_to_start_gets_no_recommendation_but_the_work_he_could_get(client: TestClient) -> None:
    nobody_asked = told(client, "S-01")
    client.put("/v1/seekers/S-02/startup-wish", json={"wants_to_start": False})
    declined = told(client, "S-02")
    assert (nobody_asked["wants_to_start"], declined["wants_to_start"]) == (None, False)
    for answer in (nobody_asked, declined):
        for kind in ("entitlements", "courses", "incubators", "mentors"):
            assert answer[kind] == []
        assert answer["wage_work"]["vacancies"]
    assert nobody_asked["statements"][0]["code"] == "no_wish"
    assert declined["statements"][0]["code"] == "declined"


@pytest.mark.usefixtures("street")
def test_everything_that_is_told_of_a_wish(client: TestClient, services: Services) -> None:
    pairs = [("C-GYB", "GYB创业意识培训"), ("C-SYB", "SYB创业培训"), ("C-IYB", "IYB改善你的企业"), ("C-W", "焊工培训")]
    records = Records.of(
        courses=COURSES.check(pd.DataFrame([course(course_id=c, title=t, credential_code=None) for c, t in pairs])),
        course_runs=COURSE_RUNS.check(pd.DataFrame([run(course_run_id=f"R-{c}", course_id=c) for c, _ in pairs])),
    )
    with services.engine.begin() as connection:
        store_records(connection, records)
    answer = told(client)
    assert [one["course_id"] for one in answer["courses"]] == ["C-SYB"]  # planned: beyond GYB, before IYB
    assert (answer["courses"][0]["step"], answer["courses"][0]["starts_on"]) == ("SYB", "2026-07-01")
    [incubator], [mentor] = answer["incubators"], answer["mentors"]
    assert (incubator["incubator_id"], incubator["workstations_free"]) == ("I-1", 3)
    assert (mentor["mentor_id"], answer["mentor_allocated"]) == ("M-1", "M-1")
    by_support = {one["support"]: one for one in answer["entitlements"]}
    assert by_support["training"]["verdict"] == "ask"  # his groups were not asked
    assert by_support["loan_personal"]["verdict"] == "later"
    assert "loan_small_firm" not in by_support
    assert answer["programme_seats_a_year"] == 10_000
    assert answer["statements"][0]["code"] == "not_measured"
    assert answer["wage_work"]["utility"] > 0
    client.put("/v1/seekers/S-00/startup-wish", json={**WISH, "standings": ["registered_unemployed"]})
    known = told(client)
    assert {one["support"]: one["verdict"] for one in known["entitlements"]}["training"] == "entitled"
    assert (answer["courses"][0]["fee_cny"], known["courses"][0]["fee_cny"]) == (900, 300)


@pytest.mark.usefixtures("street")
def test_what_closes_or_is_full_disappears_at_once(client: TestClient) -> None:
    assert told(client)["incubators"]
    full = {name: value for name, value in MENTOR.items() if name != "mentor_id"} | {"places_free": 0}
    assert client.put("/v1/mentors/M-1", json=full).json()["places_free"] == 0
    assert client.post("/v1/incubators/I-1/close").json()["closed_on"] == str(AS_OF)
    answer = told(client)
    assert (answer["incubators"], answer["mentors"], answer["mentor_allocated"]) == ([], [], None)
    assert client.get("/v1/incubators").json()["items"] == []
    assert client.get("/v1/incubators?status=closed").json()["items"][0]["occupations"] == ["4-03"]
    assert client.post("/v1/incubators/I-1/close").status_code == 409
    again = {name: value for name, value in INCUBATOR.items() if name != "incubator_id"}
    assert client.put("/v1/incubators/I-1", json=again).status_code == 409


@pytest.mark.usefixtures("street")
def test_a_full_startup_class_is_recommended_to_nobody(client: TestClient, services: Services) -> None:
    syb = course(course_id="C-SYB", title="SYB创业培训", credential_code=None)
    one_seat = run(course_run_id="R-SYB", course_id="C-SYB", seats=1)
    with services.engine.begin() as connection:
        store_records(
            connection,
            Records.of(
                courses=COURSES.check(pd.DataFrame([syb])), course_runs=COURSE_RUNS.check(pd.DataFrame([one_seat]))
            ),
        )
    assert [one["course_run_id"] for one in told(client)["courses"]] == ["R-SYB"]
    assert client.post("/v1/enrolments", json={"seeker_id": "S-01", "course_run_id": "R-SYB"}).status_code == 201
    assert told(client)["courses"] == []


@pytest.mark.usefixtures("street")
def test_what_has_ended_is_not_stored_as_open(client: TestClient, services: Services, tmp_path: Path) -> None:
    ended = {"valid_through": str(AS_OF - timedelta(days=1))}
    for kind, known in (("incubators", INCUBATOR), ("mentors", MENTOR)):
        key, *rest = known
        new = client.post(f"/v1/{kind}", json={**known, key: "X-9", **ended})
        replaced = client.put(f"/v1/{kind}/{known[key]}", json={name: known[name] for name in rest} | ended)
        assert (new.status_code, replaced.status_code) == (422, 422)
        assert new.json()["detail"].startswith("截止日期 2026-05-31 早于今天")
        lasting = {name: known[name] for name in rest} | {"valid_through": str(AS_OF)}
        assert client.put(f"/v1/{kind}/{known[key]}", json=lasting).status_code == 200
    header = "导师编号,指导领域,可带人数,空余名额,截止日期,关闭日期\n"
    rows = "M-8,餐饮,2,1,2026-05-31,\nM-9,餐饮,2,1,2026-05-31,2026-05-20\n"
    stored = put_file(services, tmp_path, "mentors", header + rows)
    assert (stored.stored, stored.rejected) == (1, 1)
    assert client.get("/v1/mentors?status=closed").json()["items"][0]["mentor_id"] == "M-9"


@pytest.mark.usefixtures("street")
def test_bad_requests_are_told(client: TestClient) -> None:
    assert client.post("/v1/incubators", json=INCUBATOR).status_code == 409
    assert client.put("/v1/mentors/M-9", json={k: v for k, v in MENTOR.items() if k != "mentor_id"}).status_code == 404
    assert client.post("/v1/mentors", json={**MENTOR, "mentor_id": "M-2", "places_free": 3}).status_code == 422
    assert client.post("/v1/mentors", json={**MENTOR, "mentor_id": "M-2", "occupations": ["4-3"]}).status_code == 422
    for wish in ({"stage": "idea", "registered_on": "2026-01-01"}, {"registered_on": "2026-06-02"}):
        assert client.put("/v1/seekers/S-00/startup-wish", json=wish).status_code == 422
    assert client.put("/v1/seekers/S-99/startup-wish", json=WISH).status_code == 404
    assert client.get("/v1/seekers/S-99/startup").status_code == 404


@pytest.mark.usefixtures("street")
def test_a_profile_in_words(client: TestClient) -> None:
    answer = client.post("/v1/startup", json={"text": "退役军人，想开个小饭馆，家住南关区"}).json()
    assert (answer["wants_to_start"], answer["incubators"][0]["incubator_id"]) == (True, "I-1")
    assert {one["support"]: one["verdict"] for one in answer["entitlements"]}["loan_personal"] == "ask"
    planned = client.post("/v1/startup", json={"text": "退役军人，家住南关区", "wish": {"stage": "planning"}}).json()
    assert {one["support"]: one["verdict"] for one in planned["entitlements"]}["loan_personal"] == "later"
    for request in ({"text": "想找电工的活"}, {"text": "想开个小饭馆", "wish": {"wants_to_start": False}}):
        assert client.post("/v1/startup", json=request).json()["mentors"] == []


@pytest.mark.usefixtures("street")
def test_the_command_line_shows_it_in_both_languages(services: Services, tmp_path: Path) -> None:
    live = LiveMarket(services, lambda: AS_OF)
    state = live.current()
    person, _ = find_person(services, live, state, "S-00", None, AS_OF)
    wish = recorded_wish(services, person.market)
    for lang, words in (("zh", ("到时可申请", "（虚构）餐饮创业街")), ("en", ("later", "nearness of the trade"))):
        console = Console(record=True, width=200)
        show_startup(console, answer_startup(state, person, wish, services, limit=3), lang)  # type: ignore[arg-type]
        shown = console.export_text()
        assert all(word in shown for word in words)
    write_mentors(services.startup_desk.open(state), tmp_path / "mentors.csv", Console(quiet=True))
    assert pd.read_csv(tmp_path / "mentors.csv").to_dict("records") == [
        {"seeker_id": "S-00", "mentor_id": "M-1", "price": 0.0}
    ]
    assert len(told_wish(None, {"stage": "idea"}, "x", AS_OF, services)) == 1
    with pytest.raises(DataError, match="give one of"):
        startup()


def put_file(services: Services, folder: Path, kind: ReportedKind, text: str) -> Any:
    path = folder / f"{kind}.csv"
    path.write_text(text, encoding="utf-8")
    return import_reported(
        services.engine, path, kind=kind, file_format="auto", today=AS_OF, key=services.personal_data_key,
        rejects_folder=folder / "rejects", coder=services.coder,
    )  # fmt: skip


def test_files_are_imported_replaced_and_refused(services: Services, tmp_path: Path) -> None:
    header = "导师编号,指导领域,熟悉职业,指导阶段,可带人数,空余名额,截止日期\n"
    rows = "M-1,餐饮,4-03,筹备中、已登记,3,2,2026-12-31\nM-2,电商,不限,,2,5,2026-12-31\nM-3,零售,9-9,,2,1,2026-12-31\n"
    first = put_file(services, tmp_path, "mentors", header + rows)
    assert (first.rows, first.stored, first.rejected) == (3, 1, 2)
    rejects = pd.read_csv(first.rejects_path)
    assert rejects["column" if "column" in rejects else "file_column"].tolist() == ["空余名额", "熟悉职业"]
    again = put_file(services, tmp_path, "mentors", header + "M-1,餐饮,4-03,筹备中、已登记,3,2,2026-12-31\n")
    changed = put_file(services, tmp_path, "mentors", header + "M-1,餐饮,4-03,筹备中,3,1,2026-12-31\n")
    assert (again.stored, again.duplicates, changed.stored) == (0, 1, 1)
    with services.engine.connect() as connection:
        [mentor] = read_startup_records(connection, MENTORS).to_dict("records")
    assert (mentor["admits_stages"], mentor["places_free"]) == ("planning", 1)
    wishes = put_file(
        services, tmp_path, "startups",
        "求职者编号,想创业,创业项目,阶段,登记注册日期\nS-00,是,养牛,有想法,\nS-99,是,,,\nS-01,是,,有想法,2026-01-01\n"
        "S-02,是,,,2026-09-01\n,是,,,\n",
    )  # fmt: skip
    assert (wishes.stored, wishes.rejected) == (1, 4)
    incubators = put_file(
        services, tmp_path, "incubators",
        "基地名称,行业方向,入驻人群,工位总数,空余工位,截止日期\n（虚构）基地,综合,退役军人,10,4,2026-12-31\n",
    )  # fmt: skip
    assert incubators.stored == 1


@pytest.mark.usefixtures("street")
def test_the_last_allocation_of_mentors_forgets_who_is_erased(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(startup_desk, "MOST_SHARE_OF_TIME", 1e-9)  # as in a city where it takes hours to make
    state, desk = LiveMarket(services, lambda: AS_OF).current(), services.startup_desk
    known = desk.open(state)
    assert known.mentor_of("S-00") == "M-1"
    assert WISH["trade"].encode() not in pickle.dumps(known.allocated)
    erase_person(services.engine, "S-00")
    after = desk.open(state)
    assert after.allocated.finished == known.allocated.finished  # the one made before
    assert b"S-00" not in pickle.dumps(after.allocated)
    assert after.mentor_of("S-00") is None


@pytest.mark.usefixtures("street")
def test_a_wish_is_erased_with_the_person(services: Services) -> None:
    assert erase_person(services.engine, "S-00").rows["startup_wishes"] == 1
    with services.engine.connect() as connection:
        assert len(read_startup_records(connection, STARTUP_WISHES)) == 0
