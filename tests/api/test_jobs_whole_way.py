"""The whole way on a small synthetic city: store, train, match everybody, publish, report."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from sqlalchemy import Engine, create_engine, text

from api.bootstrap import Services
from api.console import show_run
from api.jobs.demonstration_city import ensure_city, run_demonstration
from api.jobs.match_person import match_person
from api.jobs.overnight import publication_steps as job
from api.jobs.overnight.rematch import rematch
from api.jobs.stages import Stages
from api.live_market import LiveMarket
from api.service_settings import Settings
from data.column_file import read_columns
from data.columns import Records
from data.errors import ConflictError
from data.storage.record_repository import close_vacancy, load_records, store_records
from data.storage.run_repository import published_run, seeker_matches
from data.synthetic_city.settings import CitySettings
from models.occupation_coder import OccupationCoder

TODAY = date(2026, 6, 1)
CITY = CitySettings(seed=7, seekers=300, vacancies=80, courses=20, history_months=12, as_of=TODAY)


def quiet() -> Stages:
    return Stages(console=Console(file=io.StringIO()))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def city_services(server: Engine, coder: OccupationCoder, home: Path) -> Iterator[Services]:
    """A small city, trained and matched once."""
    admin = create_engine(server.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE small_city TEMPLATE {server.url.database}"))
    engine = create_engine(server.url.set(database="small_city"))
    services = Services(settings=Settings(home=home), engine=engine)
    services.__dict__["coder"] = coder  # as if it had been used before: its training takes half a minute
    run_demonstration(services, quiet(), CITY, TODAY)
    yield services
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE small_city WITH (FORCE)"))
    admin.dispose()


def summary_of(services: Services) -> dict:
    with services.engine.connect() as connection:
        run = published_run(connection)
    assert run is not None
    return run.summary


def test_the_run_is_published_with_its_summary(city_services: Services) -> None:
    summary = summary_of(city_services)
    assert (summary["seekers"], summary["vacancies"], summary["courses"]) == (300, 80, 20 + 8)  # 8 for start-ups
    assert summary["is_synthetic"] is True
    assert 0 < summary["eligible_share"] <= summary["candidate_share"] < 1
    assert summary["certificate"] >= 0.9995
    placements = {policy["policy"]: policy["placements"] for policy in summary["policies"]}
    assert set(placements) == {"own_best", "greedy", "allocation"}
    assert all(stage["seconds"] >= 0 and stage["peak_mib"] > 0 for stage in summary["stages"])


def test_the_summary_read_back_is_printed_in_order(city_services: Services, capsys: pytest.CaptureFixture[str]) -> None:
    show_run(summary_of(city_services))
    printed = capsys.readouterr().out
    assert "合成数据" in printed
    places = [printed.index(name) for name in ("全体", "应届高校", "农村转移", "城镇就业")]
    assert places == sorted(places)


def moved_by_lot(services: Services, summary: dict, n_vacancies: int) -> np.ndarray:
    """Referrals that the draw put to each vacancy, less those that it took away; by identifier."""
    files = sorted((services.settings.runs_path / summary["run_id"]).glob("propensities/*.arrow"))
    draw = pd.concat([pd.DataFrame(read_columns(path)) for path in files])
    left = (draw["propensity"] == np.float32(1 - summary["by_lot"]["share"])) & ~draw["referred"]
    assert draw["drawn"].sum() == summary["by_lot"]["referrals"] > 0
    return np.bincount(draw["vacancy"], draw["drawn"].astype(int) - left.astype(int), n_vacancies)


def test_no_capacity_and_no_limit_is_exceeded(city_services: Services) -> None:
    with city_services.engine.connect() as connection:
        query = 'SELECT * FROM vacancy_prices JOIN vacancies USING (vacancy_id) ORDER BY vacancy_id COLLATE "C"'
        prices = pd.read_sql(query, connection)
        matches = pd.read_sql("SELECT * FROM matches", connection)
    summary = summary_of(city_services)
    assert (summary["referrals_per_seeker"], summary["referrals_per_opening"]) == (3, 8)
    assert (prices["capacity"] <= 8 * prices["headcount"].fillna(1)).all()
    assert prices["capacity"].max() <= 0.1 * 3 * summary["seekers"]  # no employer more than his share
    assert (prices["referrals"] <= prices["capacity"]).all()
    assert (prices["price"] >= 0).all()
    allocated = prices["referrals"] - moved_by_lot(city_services, summary, len(prices))
    assert (allocated >= 0).all()
    has_room = allocated < np.minimum(prices["headcount"].fillna(1), prices["capacity"])
    assert (prices.loc[has_room, "price"] == 0).all()  # an opening that nobody is referred to costs nothing
    referrals = matches[matches["is_referral"]]
    assert len(referrals) == prices["referrals"].sum()  # each is published, also one beyond the end of a list
    unseen = (prices["referrals"] == 0).sum()
    assert unseen == summary["vacancies_unseen"] + summary["vacancies_without_candidates"]["rows"]
    assert (referrals.groupby("seeker_id").size() <= 3).all()
    assert (referrals.groupby("vacancy_id").size() <= prices.set_index("vacancy_id")["capacity"]).dropna().all()
    assert not matches.duplicated(["seeker_id", "vacancy_id"]).any()


def test_the_published_list_is_the_live_one(city_services: Services) -> None:
    summary = summary_of(city_services)
    with city_services.engine.connect() as connection:
        seeker = load_records(connection).seekers["seeker_id"].iloc[0]
        listed = seeker_matches(connection, summary["run_id"], seeker).head(10)  # a referral may follow
    live = match_person(city_services, seeker=seeker, profile=None, limit=10, today=TODAY)
    identifiers = live.market.vacancies["vacancy_id"].iloc[live.matches["vacancy"]].tolist()
    assert identifiers == listed["vacancy_id"].tolist()
    assert np.allclose(live.matches["score"], listed["score"])
    assert live.by_price


def test_the_same_records_and_seed_give_the_same_run(city_services: Services) -> None:
    def published() -> pd.DataFrame:
        with city_services.engine.connect() as connection:
            run = published_run(connection)
            assert run is not None
            return pd.read_sql(
                "SELECT seeker_id, vacancy_id, position, score, is_referral FROM matches "
                f"WHERE run_id = '{run.run_id}' ORDER BY 1, 2",
                connection,
            )

    first = published()
    rematch(city_services, quiet(), today=TODAY, seed=CITY.seed, fresh=True)
    pd.testing.assert_frame_equal(published(), first)


def test_a_failed_run_leaves_the_published_one(city_services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    before = summary_of(city_services)["run_id"]

    def disk_full(*_: object) -> Path:
        raise OSError(28, "No space left on device", "report.html")

    monkeypatch.setattr(job, "write_report", disk_full)
    with pytest.raises(OSError, match="No space left"):
        rematch(city_services, quiet(), today=TODAY, seed=1, fresh=True)
    assert summary_of(city_services)["run_id"] == before
    with city_services.engine.connect() as connection:
        states = connection.execute(text("SELECT status FROM match_runs ORDER BY started_at")).scalars().all()
    assert states[-1] == "failed"


def test_a_second_demonstration_uses_what_is_there(city_services: Services) -> None:
    stages = quiet()
    run_demonstration(city_services, stages, CITY, TODAY)
    assert stages.timings == []


def test_the_city_has_people_who_want_to_start_and_what_supports_them(city_services: Services) -> None:
    support = city_services.startup_desk.open(LiveMarket(city_services, lambda: TODAY).current())
    assert len(support.wanting) >= 4
    assert len(support.allocated.mentor_of) >= 4
    assert support.incubators["is_synthetic"].all()


def test_another_city_is_not_mixed_into_it(city_services: Services) -> None:
    with pytest.raises(ConflictError, match="another demonstration city"):
        ensure_city(city_services, quiet(), CitySettings(seed=8, seekers=10, vacancies=5, courses=2, as_of=TODAY))


def test_the_report_is_one_file_that_says_synthetic(city_services: Services) -> None:
    summary = summary_of(city_services)
    page = Path(summary["report"])
    content = page.read_text(encoding="utf-8")
    assert "合成数据" in content
    assert "Synthetic data" in content
    assert "http" not in content.replace("http-equiv", "")  # nothing is loaded from elsewhere
    assert f"{summary['seekers']:,}" in content
    figures = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert figures["policies"] == summary["policies"]


def test_a_vacancy_closed_after_the_run_is_gone_from_the_list(city_services: Services) -> None:
    with city_services.engine.connect() as connection:
        seeker = load_records(connection).seekers["seeker_id"].iloc[1]
    before = match_person(city_services, seeker=seeker, profile=None, limit=3, today=TODAY)
    first = before.market.vacancies["vacancy_id"].iloc[before.matches["vacancy"].iloc[0]]
    with city_services.engine.begin() as connection:
        close_vacancy(connection, first)
    after = match_person(city_services, seeker=seeker, profile=None, limit=3, today=TODAY)
    assert first not in after.market.vacancies["vacancy_id"].iloc[after.matches["vacancy"]].tolist()


def test_vectors_of_another_embedder_are_not_used(city_services: Services) -> None:
    prepared = city_services.prepared_market(TODAY)
    assert prepared.embedder == city_services.prepared_market(TODAY).embedder
    (model,) = (city_services.settings.home / "models" / "embedder").glob("*/model.safetensors")
    model.touch()
    assert city_services.prepared_market(TODAY).embedder != prepared.embedder


@pytest.mark.parametrize("emptied", ["seekers", "vacancies"])
def test_a_market_with_nobody_or_nothing_in_it_is_matched_and_reported(
    city_services: Services, engine: Engine, tmp_path: Path, emptied: str
) -> None:
    with city_services.engine.connect() as connection:
        records = load_records(connection)
    half = {
        "seekers": Records.of(employers=records.employers, vacancies=records.vacancies),
        "vacancies": Records.of(seekers=records.seekers),
    }[emptied]
    with engine.begin() as connection:
        store_records(connection, half)
    embedder = city_services.settings.embedder_path
    services = Services(settings=Settings(home=tmp_path, embedder=embedder), engine=engine)
    summary = rematch(services, quiet(), today=TODAY, seed=1)
    assert summary[emptied] == 0
    assert [policy["placements"] for policy in summary["policies"]] == [0, 0, 0]
    assert "合成数据" in Path(summary["report"]).read_text(encoding="utf-8")
