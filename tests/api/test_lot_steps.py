"""Chance in the night: what is drawn, what is published with it, what is kept of it and for how long."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from sqlalchemy import Engine

from api.bootstrap import Services
from api.jobs.overnight import lot_steps
from api.jobs.overnight.referral_logs import KEPT_DAYS, kept_logs, read_log, tidy_logs
from api.jobs.overnight.rematch import rematch
from api.jobs.overnight.run_files import propensities_path
from api.jobs.stages import Stages
from api.service_settings import Settings, read_settings
from data.column_file import read_columns
from data.errors import ConfigurationError, DataError
from data.storage.identity_repository import erase_seeker
from data.storage.record_repository import store_records
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from tests.data.records_for_tests import AS_OF

Night = Callable[..., tuple[dict, pd.DataFrame]]


@pytest.fixture
def services(engine: Engine, embedder_folder: Path, tmp_path: Path) -> Services:
    """A small synthetic city: many employers, so that no limit on one of them leaves nothing to draw."""
    city = build_city(CitySettings(seed=5, seekers=60, vacancies=25, courses=1, history_months=0, as_of=AS_OF))
    with engine.begin() as connection:
        store_records(connection, city.records)
    return Services(settings=Settings(home=tmp_path, embedder=str(embedder_folder)), engine=engine)


@pytest.fixture
def night(services: Services) -> Night:
    """Runs a night of a day under changed settings; returns its summary and the lists that it published."""

    def night(*, days_later: int = 0, **settings: object) -> tuple[dict, pd.DataFrame]:
        changed = Services(services.settings.model_copy(update=settings), services.engine)
        stages = Stages(Console(file=io.StringIO()))
        summary = rematch(changed, stages, today=AS_OF + timedelta(days=days_later), seed=1, fresh=True)
        query = f"SELECT * FROM matches WHERE run_id = '{summary['run_id']}'"
        with services.engine.connect() as connection:
            return summary, pd.read_sql(query, connection)

    return night


def published_prices(services: Services, run_id: str) -> pd.DataFrame:
    with services.engine.connect() as connection:
        query = f"SELECT vacancy_id, capacity, referrals FROM vacancy_prices WHERE run_id = '{run_id}'"
        return pd.read_sql(query, connection).set_index("vacancy_id")


def test_a_referral_has_a_propensity_and_what_is_listed_only_has_none(night: Night, services: Services) -> None:
    summary, matches = night(exploration_share=0.3, shard_seekers=20)
    assert (matches["propensity"].notna() == matches["is_referral"]).all()
    drawn = summary["by_lot"]["referrals"]
    assert drawn > 0
    assert summary["by_lot"]["share"] == 0.3
    assert summary["by_lot"]["standard_error"] >= 0
    held = matches[matches["is_referral"]]
    of_the_allocation = np.isclose(held["propensity"], 0.7) | (held["propensity"] == 1)
    assert (~of_the_allocation).sum() == drawn
    assert held.groupby("seeker_id").size().max() <= 3
    assert summary["vacancies_unseen"] == 0
    assert held["vacancy_id"].nunique() == matches["vacancy_id"].nunique()  # the floor holds after the draw
    prices = published_prices(services, summary["run_id"])
    assert (prices["referrals"] <= prices["capacity"]).all()
    received = held["vacancy_id"].value_counts().reindex(prices.index, fill_value=0)
    assert (prices["referrals"] == received).all()
    published = next(policy for policy in summary["policies"] if policy["policy"] == "allocation")
    assert published["referrals"] == len(held)
    text = Path(summary["report"]).read_text(encoding="utf-8")
    assert f"{drawn} referrals did" in text


def test_without_a_share_nothing_is_drawn_and_the_report_says_so(night: Night) -> None:
    summary, matches = night(exploration_share=0.0)
    assert set(matches.loc[matches["is_referral"], "propensity"]) == {1.0}
    assert summary["by_lot"] == {"share": 0.0, "referrals": 0, "cost": 0.0, "standard_error": 0.0}
    assert "cannot tell what another policy" in Path(summary["report"]).read_text(encoding="utf-8")


def test_every_candidate_has_its_probability_whatever_the_shards(night: Night, services: Services) -> None:
    found = []
    for shard_seekers in (100, 20):
        summary, matches = night(exploration_share=0.3, shard_seekers=shard_seekers)
        run = services.settings.runs_path / summary["run_id"]
        labels = sorted(path.stem for path in run.glob("propensities/*.arrow"))
        parts = [pd.DataFrame(read_columns(propensities_path(run, label))) for label in labels]
        found.append(pd.concat(parts, ignore_index=True))
        assert found[-1]["referred"].sum() == matches["is_referral"].sum()
    pd.testing.assert_frame_equal(*found)
    one = found[0]
    expected = one.groupby("seeker")["propensity"].sum()
    assert expected.max() <= 3 + 1e-5
    assert len(one) > 300
    assert ((one["propensity"] > 0) | ~one["referred"]).all()


def test_two_nights_draw_for_different_people(night: Night, services: Services) -> None:
    drawn = []
    for day in range(2):
        summary, _ = night(exploration_share=0.3, days_later=day)
        run = services.settings.runs_path / summary["run_id"]
        columns = read_columns(propensities_path(run, "00000"))
        drawn.append({*zip(columns["seeker"][columns["drawn"]], columns["vacancy"][columns["drawn"]], strict=True)})
    assert drawn[0] != drawn[1]


def test_the_log_outlives_its_run_and_says_what_was_published(night: Night, services: Services) -> None:
    published = [night(exploration_share=0.3, days_later=day) for day in range(4)]
    logs = services.settings.referral_logs_path
    assert [folder.name for folder in kept_logs(logs)] == [summary["run_id"] for summary, _ in published]
    assert len(list(services.settings.runs_path.iterdir())) == 2
    for folder, (summary, matches) in zip(kept_logs(logs), published, strict=True):
        log = read_log(folder)
        assert (log.run_id, log.share, log.list_length) == (summary["run_id"], 0.3, 3)
        held = matches[matches["is_referral"]].set_index(["seeker_id", "vacancy_id"])["propensity"].sort_index()
        edges = log.candidates[log.candidates["referred"]]
        index = pd.MultiIndex.from_arrays(
            [log.seeker_ids[edges["seeker"]], log.vacancy_ids[edges["vacancy"]]], names=held.index.names
        )
        logged = pd.Series(edges["propensity"].to_numpy(), index, name="propensity").sort_index()
        pd.testing.assert_series_equal(logged, held, check_dtype=False)


def test_of_a_large_city_the_same_people_are_kept_every_night(
    night: Night, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lot_steps, "LOGGED_SEEKERS", 20)
    for day in range(2):
        night(days_later=day, shard_seekers=20)
    logs = [read_log(folder) for folder in kept_logs(services.settings.referral_logs_path)]
    assert 5 < len(logs[0].seeker_ids) < 40
    assert logs[0].seeker_ids.tolist() == logs[1].seeker_ids.tolist()
    assert set(logs[0].candidates["seeker"]) <= set(range(len(logs[0].seeker_ids)))


def test_who_is_erased_is_taken_out_and_old_logs_are_deleted(night: Night, services: Services) -> None:
    night()
    logs = services.settings.referral_logs_path
    before = read_log(kept_logs(logs)[0])
    with services.engine.begin() as connection:
        erase_seeker(connection, before.seeker_ids[3])
    night(days_later=1)
    after = read_log(kept_logs(logs)[0])
    assert after.run_id == before.run_id
    assert after.seeker_ids.tolist() == [name for name in before.seeker_ids if name != before.seeker_ids[3]]
    of_next = [
        log.candidates[log.candidates["seeker"] == list(log.seeker_ids).index(before.seeker_ids[4])]
        for log in (before, after)
    ]
    for column in ("vacancy", "propensity", "referred"):
        assert np.array_equal(of_next[0][column], of_next[1][column])
    tidy_logs(logs, AS_OF + timedelta(days=KEPT_DAYS + 1), erased=())
    (kept,) = kept_logs(logs)
    assert read_log(kept).as_of == AS_OF + timedelta(days=1)
    (kept / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match="no log of referrals"):
        read_log(kept)


def test_a_share_that_lists_do_not_allow_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHUYE_EXPLORATION_SHARE", "0.3")
    assert read_settings().exploration_share == 0.3
    monkeypatch.setenv("ZHUYE_REFERRALS_PER_SEEKER", "5")
    with pytest.raises(ConfigurationError, match=r"with lists of 5 the share is at most 0\.2"):
        read_settings()
