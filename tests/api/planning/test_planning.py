"""`zhuye forecast` and `zhuye seats` on a small city: files, endpoints, and what is said where there is nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from fastapi.testclient import TestClient
from rich.console import Console
from sqlalchemy import Engine

from api.app import create_app
from api.bootstrap import Services
from api.jobs.forecast_demand import forecast_city
from api.jobs.plan_seats import plan_city_seats
from api.jobs.seeker_availability import availability
from api.jobs.stages import Stages
from api.planning_console import show_forecast, show_plan
from api.service_settings import Settings
from data.errors import DataError
from data.storage.record_repository import store_records
from data.synthetic_city.city import City, build_city
from data.synthetic_city.settings import CitySettings
from tests.data.records_for_tests import AS_OF
from tests.data.records_for_tests import records as small_records
from training_recs.demand_forecast.demand_history import Measure
from training_recs.demand_forecast.forecast_demand import ForecastSettings, NoForecast
from training_recs.seat_plan.plan_seats import NoPlan, SeatPlan

TODAY = date(2026, 6, 1)
QUICK = ForecastSettings(horizon=3, most_costly=0)


def stages() -> Stages:
    return Stages(Console(file=io.StringIO()))


@pytest.fixture(scope="module")
def city() -> City:
    return build_city(CitySettings(seed=5, seekers=1500, vacancies=120, courses=12, as_of=TODAY))


@pytest.fixture
def city_services(engine: Engine, city: City, tmp_path: Path) -> Services:
    with engine.begin() as connection:
        store_records(connection, city.records)
    return Services(settings=Settings(home=tmp_path / "home"), engine=engine)


@pytest.fixture
def client(services: Services) -> Iterator[TestClient]:
    with TestClient(create_app(services, today=lambda: AS_OF)) as client:
        yield client


def test_forecast_files_and_endpoint(city_services: Services, capsys: pytest.CaptureFixture[str]) -> None:
    found = forecast_city(city_services, stages(), today=TODAY, level="major", settings=QUICK)
    show_forecast(found)
    assert "合成数据" in capsys.readouterr().out
    again = forecast_city(city_services, stages(), today=TODAY, level="major", settings=QUICK)
    for measure in Measure:
        one, two = found.forecasts[measure], again.forecasts[measure]
        assert not isinstance(one, NoForecast)
        assert not isinstance(two, NoForecast)
        pd.testing.assert_frame_equal(one.table, two.table)
    table = pd.read_csv(found.folder / "forecast.csv", encoding="utf-8-sig")
    assert {"招聘人数 openings", "未招满人数 unmet"} == set(table["指标 measure"])
    assert {"2026-06", "2026-07", "2026-08"} == set(table["月份 month"])
    book = openpyxl.load_workbook(found.folder / "forecast.xlsx", read_only=True)
    assert book.sheetnames[0] == "预测 forecast"
    with TestClient(create_app(city_services, today=lambda: TODAY)) as client:
        answer = client.get("/v1/demand-forecast", params={"level": "city", "measure": "unmet"}).json()
        assert (answer["as_of"], answer["is_synthetic"], answer["total"]) == (str(TODAY), True, 3)
        assert [r["month"] for r in answer["rows"]] == ["2026-06-01", "2026-07-01", "2026-08-01"]
        cells = client.get(
            "/v1/demand-forecast", params={"level": "cell", "measure": "unmet", "occupation": "6", "limit": 10_000}
        ).json()
        group = client.get("/v1/demand-forecast", params={"occupation": "6", "measure": "unmet"}).json()
        sums = pd.DataFrame(cells["rows"]).groupby("month")["forecast"].sum()
        np.testing.assert_allclose(sums.to_numpy(), [r["forecast"] for r in group["rows"]], rtol=1e-9)
        assert group["rows"][0]["occupation_name"].startswith("6 ")
        assert group["choices"]
        assert group["choices"][0]["words"]["zh"]
        assert group["coverage"]
        file = client.get("/v1/demand-forecast/file", params={"format": "xlsx"})
        assert file.content == (found.folder / "forecast.xlsx").read_bytes()


def test_seat_plan_files_and_endpoint(
    city_services: Services, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stated = tmp_path / "limits.csv"
    stated.write_text("项目,机构,区县,职业,月份,数值\n预算,,,,,60000\n教师,,,,,4\n", encoding="utf-8-sig")
    found = plan_city_seats(
        city_services, stages(), today=TODAY, limits=stated, value_cny=50_000, level="major", settings=QUICK
    )
    plan = found.plan
    assert isinstance(plan, SeatPlan)
    assert not plan.plan.empty
    assert plan.plan["subsidy_cny"].sum() <= 60_000
    assert plan.plan["seats"].sum() == plan.needs["seats"].sum()
    # Nothing is planned to be ready after the months that are forecast.
    assert plan.plan["ready"].max() <= pd.Timestamp("2026-08-01")
    kinds = plan.limits.set_index("kind")
    # Rooms were not stated: they are those of the past.
    assert kinds.index.tolist()[:2] == ["budget", "teachers"]
    assert set(kinds.index[2:]) == {"rooms"}
    notes = [zh for zh, _ in found.notes]
    assert notes[0] == "未给可同时使用的教室（班）：按以往同时开班的最多班数"
    # The order of the city that has no class yet is to be ready after these months.
    assert notes[1:] == ["1 个订单不在计划期 2026-06–2026-08 内，未纳入"]
    assert (kinds["used"] <= kinds["value"]).all()
    show_plan(found)
    assert "名额计划" in capsys.readouterr().out
    with TestClient(create_app(city_services, today=lambda: TODAY)) as client:
        answer = client.get("/v1/seat-plan").json()
        assert sum(row["seats"] for row in answer["classes"]) == plan.plan["seats"].sum()
        first = answer["classes"][0]
        assert first["reason"]["zh"].startswith(first["occupation"])
        assert "seats up to the" in first["reason"]["en"]
        of_one = client.get("/v1/seat-plan", params={"provider": first["provider"]}).json()
        assert {row["provider"] for row in of_one["classes"]} == {first["provider"]}
        assert client.get("/v1/seat-plan", params={"district_code": "000000"}).json()["total"] == 0
        csv = client.get("/v1/seat-plan/file", params={"format": "csv"})
        assert csv.headers["content-type"].startswith("text/csv")
        assert len(pd.read_csv(io.BytesIO(csv.content), encoding="utf-8-sig")) == len(plan.plan)


def test_an_order_nobody_can_train_for_leaves_words_and_no_plan(city_services: Services, tmp_path: Path) -> None:
    stated = tmp_path / "limits.csv"
    stated.write_text("kind,district,occupation,month,value\norder,南关区,1-02-05,2026-08,5\n", encoding="utf-8")
    found = plan_city_seats(city_services, stages(), today=TODAY, limits=stated, settings=QUICK)
    assert isinstance(found.plan, NoPlan)
    with TestClient(create_app(city_services, today=lambda: TODAY)) as client:
        answer = client.get("/v1/seat-plan").json()
    assert "1-02-05" in answer["no_plan"]["zh"]
    assert answer["classes"] == []


def test_limits_of_an_institution_without_courses_are_refused(city_services: Services, tmp_path: Path) -> None:
    stated = tmp_path / "limits.csv"
    stated.write_text("kind,provider,value\nteachers,没有的学校,2\n", encoding="utf-8")
    with pytest.raises(DataError, match="without a course: 没有的学校"):
        plan_city_seats(city_services, stages(), today=TODAY, limits=stated, settings=QUICK)


def test_vacancies_without_an_occupation_are_told_apart_from_none(services: Services) -> None:
    found = forecast_city(services, stages(), today=AS_OF).forecasts[Measure.OPENINGS]
    assert isinstance(found, NoForecast)
    assert "32 个招聘名额都没有职业代码或区县" in found.zh


def test_before_the_first_forecast_the_answer_says_what_to_run(client: TestClient) -> None:
    for path, command in (
        ("/v1/demand-forecast", "zhuye forecast"),
        ("/v1/demand-forecast/file?format=csv", "zhuye forecast"),
        ("/v1/seat-plan", "zhuye seats"),
        ("/v1/seat-plan/file?format=xlsx", "zhuye seats"),
    ):
        answer = client.get(path)
        assert answer.status_code == 404
        assert command in answer.json()["detail"]
    assert client.get("/v1/seat-plan/file?format=pdf").status_code == 422


def test_a_short_history_is_answered_by_every_door(engine: Engine, tmp_path: Path) -> None:
    """One vacancy, published five months ago."""
    with engine.begin() as connection:
        store_records(connection, small_records())
    services = Services(settings=Settings(home=tmp_path / "home"), engine=engine)
    found = forecast_city(services, stages(), today=AS_OF)
    show_forecast(found)
    client = TestClient(create_app(services, today=lambda: AS_OF))
    answer = client.get("/v1/demand-forecast").json()
    assert "只有 5 个完整月份" in answer["no_forecast"]["zh"]
    assert answer["rows"] == []
    unmet = client.get("/v1/demand-forecast", params={"measure": "unmet"}).json()
    assert "没有录用记录" in unmet["no_forecast"]["zh"]
    plan = plan_city_seats(services, stages(), today=AS_OF)
    show_plan(plan)
    assert "没有预测就没有名额计划" in client.get("/v1/seat-plan").json()["no_plan"]["zh"]


def test_availability_falls_with_time_and_is_not_guessed_without_a_history(city: City) -> None:
    seekers = city.records.seekers
    active = seekers[seekers["status"] == "open"]
    months = np.arange(np.datetime64("2026-06"), np.datetime64("2026-12"))
    likely = availability(city.records, active["registered_on"], TODAY, months)
    assert likely is not None
    assert likely.shape == (len(active), 6)
    assert ((likely >= 0) & (likely <= 1)).all()
    assert (np.diff(likely, axis=1) <= 0).all()
    assert likely[:, 5].mean() < likely[:, 0].mean() - 0.01
    alone = small_records()
    assert availability(alone, alone.seekers["registered_on"], AS_OF + timedelta(days=1), months) is None
