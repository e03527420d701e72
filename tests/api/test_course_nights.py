"""Training in the night: everybody's courses and the seats, published whole, and gone with the run."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from rich.console import Console
from sqlalchemy import Engine

from api.app import create_app
from api.bootstrap import Services
from api.jobs.erase_person import erase_person
from api.jobs.overnight import rematch as night
from api.jobs.overnight.rematch import rematch
from api.jobs.stages import Stages
from api.live_market import LiveMarket
from api.published_courses_console import print_published_courses
from api.service_settings import Settings
from data.storage.record_repository import store_records
from data.storage.run_repository import run_utilities
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from tests.data.records_for_tests import AS_OF
from training_recs.course_value import Prospects

TABLES = ("course_recommendations", "course_seats", "course_waiting")
Run = Callable[..., dict]


@pytest.fixture
def services(engine: Engine, embedder_folder: Path, tmp_path: Path) -> Services:
    """A small synthetic city with courses."""
    city = build_city(CitySettings(seed=5, seekers=120, vacancies=60, courses=25, history_months=0, as_of=AS_OF))
    with engine.begin() as connection:
        store_records(connection, city.records)
    return Services(settings=Settings(home=tmp_path, embedder=str(embedder_folder)), engine=engine)


@pytest.fixture
def run(services: Services) -> Run:
    """Runs a night under changed settings; returns its summary."""

    def run(*, fresh: bool = True, **settings: object) -> dict:
        changed = Services(services.settings.model_copy(update=settings), services.engine)
        return rematch(changed, Stages(Console(file=io.StringIO())), today=AS_OF, seed=1, fresh=fresh)

    return run


def published(services: Services, run_id: str) -> dict[str, pd.DataFrame]:
    with services.engine.connect() as connection:
        return {
            name: pd.read_sql(f"SELECT * FROM {name} WHERE run_id = '{run_id}' ORDER BY 2, 3, 4", connection)
            .drop(columns="run_id")
            for name in TABLES
        }  # fmt: skip


def test_a_night_with_courses_from_end_to_end(run: Run, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = run()
    whole, training = published(services, summary["run_id"]), summary["training"]
    courses, seats, waiting = (whole[name] for name in TABLES)
    assert courses["seeker_id"].nunique() == training["people"] > 5
    assert (courses["value"] > 0).all()
    assert (courses.groupby("seeker_id")["position"].max() == courses.groupby("seeker_id").size()).all()
    assert len(seats) == training["seated"] > 5
    assert waiting["seeker_id"].nunique() == training["waiting"]
    assert training["certificate"] > 0.99
    wished = courses.set_index(["seeker_id"])["course_run_id"]
    assert set(seats["seeker_id"]) <= set(wished.index)
    with services.engine.connect() as connection:
        room = pd.read_sql("SELECT course_run_id, seats FROM course_runs", connection).set_index("course_run_id")
    taken = seats["course_run_id"].value_counts()
    assert (taken <= room["seats"].reindex(taken.index)).all()

    # How seekers are divided makes no difference, nor does a kill between the shards.
    steps = night.STEPS
    with monkeypatch.context() as broken:
        broken.setattr(night, "STEPS", (*steps[:8], lambda _: 1 / 0))
        with pytest.raises(ZeroDivisionError):
            run(shard_seekers=50)
    (folder,) = [path for path in services.settings.runs_path.iterdir() if path.name != summary["run_id"]]
    (folder / "courses" / "00001.arrow").write_bytes(b"not what was written")
    again = run(fresh=False, shard_seekers=50)
    assert again["run_id"] == folder.name
    for name, table in published(services, again["run_id"]).items():
        pd.testing.assert_frame_equal(table, whole[name])
    assert again["training"] == training

    # The erased are gone from what was published, and from what is kept of the run before; files of the run that say
    # who has which seat, or who is in class, are gone with the night.
    assert not {"seats", "training", "courses", "wishes"} & {path.name for path in folder.iterdir()}
    person = seats["seeker_id"].iloc[0]
    rows = erase_person(services.engine, person).rows
    assert rows["course_seats"] == 2
    assert rows["course_recommendations"] == 2 * (courses["seeker_id"] == person).sum()
    assert person not in set(published(services, again["run_id"])["course_recommendations"]["seeker_id"])


def test_the_mean_of_all_lists_is_published_for_requests(run: Run, services: Services) -> None:
    """The same for every shard and every request, and near the scores of those who are referred."""
    summary = run()
    usual = summary["usual_prospects"]
    with services.engine.connect() as connection:
        utilities = run_utilities(connection, summary["run_id"])
        referred = pd.read_sql(
            "SELECT p_accept * p_hire AS score FROM matches WHERE run_id = %(run)s AND is_referral",
            connection, params={"run": summary["run_id"]},
        )  # fmt: skip
    assert usual["utility"] == pytest.approx(utilities.mean())
    assert usual["rate"] == pytest.approx(referred["score"].sum() / len(utilities), rel=0.25)
    assert LiveMarket(services, lambda: AS_OF).current().usual == Prospects(**usual)


def test_a_city_without_courses_publishes_nothing_of_training(run: Run, services: Services) -> None:
    with services.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM courses")
    summary = run()
    assert summary["training"] is None
    assert all(table.empty for table in published(services, summary["run_id"]).values())
    with services.engine.connect() as connection:
        partitions = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'course_seats'::regclass"
        ).scalar()
    assert partitions == 0


def pages(client: TestClient, url: str, limit: int, **which: str) -> list[dict[str, Any]]:
    """Everything listed, a page of `limit` after another."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = client.get(url, params={**which, "limit": limit, **cursor})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["courses"] if "courses" in page else page["people"]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


def test_doors_show_what_was_published_as_far_as_it_holds(run: Run, services: Services) -> None:
    with TestClient(create_app(services, today=lambda: AS_OF)) as client:
        assert client.get("/v1/runs/latest/courses", params={"seeker_id": "S-1"}).status_code == 404  # no run yet
        whole = published(services, run()["run_id"])
        courses, seats, waiting = (whole[name] for name in TABLES)
        person, class_run = seats["seeker_id"].iloc[0], seats["course_run_id"].iloc[0]
        mine = courses[courses["seeker_id"] == person]
        listed = pages(client, "/v1/runs/latest/courses", 1, seeker_id=person)
        assert [one["course_run_id"] for one in listed] == mine["course_run_id"].tolist()
        assert listed[0]["gain_180"] == pytest.approx(mine["gain_180"].iloc[0])
        advised = pages(client, "/v1/runs/latest/courses", 3, course_run_id=class_run)
        assert {one["seeker_id"] for one in advised} == set(
            courses.loc[courses["course_run_id"] == class_run, "seeker_id"]
        )
        of_class = f"/v1/course-runs/{class_run}"
        seated = pages(client, f"{of_class}/seats", 2)
        assert {one["seeker_id"] for one in seated} == set(seats.loc[seats["course_run_id"] == class_run, "seeker_id"])
        free = client.get(f"{of_class}/seats").json()["free"]
        crowded = waiting["course_run_id"].mode()
        for full in crowded:
            people = pages(client, f"/v1/course-runs/{full}/waiting-list", 2)
            assert [one["position"] for one in people] == sorted(one["position"] for one in people)
            assert len(people) == (waiting["course_run_id"] == full).sum()
        console = Console(file=io.StringIO(), width=200)
        print_published_courses(services.engine, person, None, AS_OF, 50, "zh", console)
        print_published_courses(services.engine, None, class_run, AS_OF, 50, "en", console)
        said = console.file.getvalue()  # type: ignore[attr-defined]
        assert mine["course_run_id"].iloc[0] in said
        assert all(one["seeker_id"] in said for one in seated)

        # Who is enrolled holds a place: he is neither seated by the night nor advised it any more.
        enrolled = next(one["seeker_id"] for one in advised if one["seeker_id"] != person)
        was_seated = enrolled in {one["seeker_id"] for one in seated}
        told = {"seeker_id": enrolled, "course_run_id": class_run}
        assert client.post("/v1/enrolments", json=told).status_code == 201
        free -= 0 if was_seated else 1
        assert client.get(f"{of_class}/seats").json()["free"] == free
        assert enrolled not in {one["seeker_id"] for one in pages(client, f"{of_class}/seats", 50)}
        advised_now = pages(client, "/v1/runs/latest/courses", 50, course_run_id=class_run)
        assert enrolled not in {one["seeker_id"] for one in advised_now}

        # Who withdraws is gone at once, and his seat is free; so is a class that has lost its seats.
        client.post(f"/v1/seekers/{person}/close")
        assert person not in {one["seeker_id"] for one in pages(client, f"{of_class}/seats", 50)}
        assert client.get(f"{of_class}/seats").json()["free"] == free + 1
        assert client.get("/v1/runs/latest/courses", params={"seeker_id": person}).status_code == 409
        other = advised[-1]["seeker_id"]
        with services.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE course_runs SET seats = 0 WHERE course_run_id = %s", (class_run,))
        assert client.get(f"{of_class}/seats").status_code == 409
        left = pages(client, "/v1/runs/latest/courses", 50, seeker_id=other)
        assert class_run not in {one["course_run_id"] for one in left}
        assert client.get("/v1/course-runs/R-NONE/seats").status_code == 404
        assert client.get("/v1/runs/latest/courses").status_code == 422
