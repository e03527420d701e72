"""Nights under an experiment, in a small synthetic city: who is in which arm, what is refused, what is analysed."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from sqlalchemy import Engine, text

from api.bootstrap import Services
from api.jobs.evaluation.experiment_design import design_experiment, start
from api.jobs.evaluation.experiment_evidence import experiment_evidence, gather_evidence
from api.jobs.evaluation.experiment_results import write_results
from api.jobs.overnight import rematch as night
from api.jobs.overnight.rematch import rematch
from api.jobs.stages import Stages
from api.service_settings import Settings
from data.errors import ConfigurationError, ConflictError, DataError, NotFoundError
from data.records import EvidenceTier
from data.storage.experiment_repository import load_members, load_nights
from data.storage.record_repository import store_records
from data.storage.run_repository import published_run
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from evaluation.experiments.analysis import ExperimentAnalysis
from evaluation.experiments.design import ExperimentDesign
from evaluation.experiments.design_file import read_design
from evaluation.experiments.make_design import DesignRequest
from evaluation.refusal import Refusal
from matching.arm_referrals import ArmPolicy, ArmRule

DAY = date(2026, 6, 1)
HORIZON = 30
REQUEST = DesignRequest(
    name="prices-2026", hypothesis_zh="统筹分配使更多人就业", hypothesis_en="allocation places more people",
    written_at=datetime(2026, 6, 1, 9, 0, tzinfo=UTC), starts_on=DAY + timedelta(days=1),
    ends_on=DAY + timedelta(days=5), horizon_days=HORIZON, proof=EvidenceTier.SEEKER_REPORTS,
    arms=(ArmRule(ArmPolicy.OWN_BEST), ArmRule(ArmPolicy.PRICES)),
    saturations=(Fraction(0), Fraction(1, 2)), seed=3, level=1, least_seekers=5, leakage_limit=1.0, fewest_markets=10,
)  # fmt: skip


@pytest.fixture
def city(engine: Engine, embedder_folder: Path, tmp_path: Path) -> Services:
    """A city of 260 seekers with some history, its first night published."""
    found = build_city(CitySettings(seed=5, seekers=260, vacancies=60, history_months=6, as_of=DAY))
    with engine.begin() as connection:
        store_records(connection, found.records)
    services = Services(settings=Settings(home=tmp_path, embedder=str(embedder_folder)), engine=engine)
    run(services, DAY)
    return services


@pytest.fixture
def started(city: Services, tmp_path: Path) -> tuple[Services, ExperimentDesign, Path]:
    """The same under a started experiment."""
    path = tmp_path / "experiments" / "prices-2026.json"
    made = design_experiment(city, REQUEST, path, DAY)
    start(city, path, DAY)
    return under(city, path), made.design, path


def under(services: Services, path: Path | None, **settings: object) -> Services:
    return Services(services.settings.model_copy(update={"experiment": path, **settings}), services.engine)


def run(services: Services, day: date, *, fresh: bool = False) -> dict:
    return rematch(services, Stages(Console(file=io.StringIO())), today=day, seed=1, fresh=fresh)


def referrals(services: Services, run_id: str) -> pd.DataFrame:
    query = f"SELECT * FROM matches WHERE run_id = '{run_id}' ORDER BY seeker_id, vacancy_id"
    with services.engine.connect() as connection:
        return pd.read_sql(query, connection).drop(columns="run_id")


def members(services: Services) -> pd.DataFrame:
    with services.engine.connect() as connection:
        return load_members(connection, REQUEST.name)


Started = tuple[Services, ExperimentDesign, Path]


def test_a_night_refers_by_arm_within_every_capacity(started: Started) -> None:
    services, design, path = started
    services = under(services, path, exploration_share=0.0)  # places that go by lot follow no arm's rule
    first = DAY + timedelta(days=1)
    summary = run(services, first)
    told = summary["experiment"]
    assert (told["name"], told["checksum"]) == (design.name, design.checksum)
    inside = members(services)
    pure = {market.name for market in design.markets if market.saturation == 0}
    assert len(inside) == summary["seekers"] == told["entered"] == sum(arm["seekers"] for arm in told["arms"])
    assert not inside.loc[inside["market"].isin(pure), "treated"].any()
    half = inside.loc[~inside["market"].isin(pure), "treated"]
    assert 0.3 < half.mean() < 0.7
    made = referrals(services, summary["run_id"])
    sent = made[made["is_referral"]]
    with services.engine.connect() as connection:
        prices = pd.read_sql(
            f"SELECT * FROM vacancy_prices WHERE run_id = '{summary['run_id']}'", connection
        ).set_index("vacancy_id")
    received = sent.groupby("vacancy_id").size()
    assert (received <= prices.loc[received.index, "capacity"]).all()
    # The control's lists are ranked by score alone; the treatment's by score − price.
    treated = set(inside.loc[inside["treated"], "seeker_id"])
    worth = made["score"] - np.where(made["seeker_id"].isin(treated), prices.loc[made["vacancy_id"], "price"], 0.0)
    listed = made.assign(worth=worth)[made["position"] <= 10].sort_values(["seeker_id", "position"])
    falls = listed.groupby("seeker_id")["worth"].diff().dropna() <= 1e-6
    assert falls.all()
    # The control is referred to its own best, unless there are too many.
    control = sent[~sent["seeker_id"].isin(treated)]
    assert (control["position"] <= 3).all()
    by_arm = [int(sent["seeker_id"].isin(treated).eq(flag).sum()) for flag in (False, True)]
    assert [arm["referrals"] for arm in told["arms"]] == by_arm
    assert "prices-2026" in Path(summary["report"]).read_text(encoding="utf-8")


def test_who_entered_stays_in_market_and_arm_and_newcomers_are_assigned_as_anybody(started: Started) -> None:
    services, _, _ = started
    run(services, DAY + timedelta(days=1))
    before = members(services).set_index("seeker_id")
    moved = before.index[0]
    newcomers = build_city(CitySettings(seed=6, seekers=40, vacancies=5, history_months=0, as_of=DAY)).records
    renamed = newcomers.seekers.assign(seeker_id="N-" + newcomers.seekers["seeker_id"].astype(str))
    with services.engine.begin() as connection:
        connection.execute(text("UPDATE seekers SET district_code = '220184' WHERE seeker_id = :id"), {"id": moved})
        store_records(connection, replace(newcomers, **{name: getattr(newcomers, name).iloc[:0] for name in (
            "employers", "vacancies", "vacancy_credentials", "seeker_experience", "seeker_credentials",
            "seeker_groups", "courses", "course_runs", "referrals", "referral_events",
        )}, seekers=renamed))  # fmt: skip
    second = DAY + timedelta(days=2)
    summary = run(services, second)
    after = members(services).set_index("seeker_id")
    pd.testing.assert_frame_equal(after.loc[before.index], before)
    new = after.drop(before.index)
    assert set(new.index) == set(renamed["seeker_id"])
    assert set(new["assigned_on"]) == {pd.Timestamp(second)}
    assert summary["experiment"]["entered"] == 40
    # The same people entering on another night, in another database, would be assigned alike: erase and enter again.
    with services.engine.begin() as connection:
        connection.execute(text("DELETE FROM experiment_members WHERE seeker_id LIKE 'N-%'"))
    run(services, DAY + timedelta(days=3))
    again = members(services).set_index("seeker_id").loc[new.index]
    columns = ["market", "saturation", "treated"]
    pd.testing.assert_frame_equal(again[columns], new[columns])


@pytest.mark.parametrize("steps_done", [5, 6, 8])
def test_a_run_broken_off_under_an_experiment_ends_as_an_unbroken_one(
    started: Started, monkeypatch: pytest.MonkeyPatch, steps_done: int
) -> None:
    services, _, _ = started
    first = DAY + timedelta(days=1)

    def fail(_: object) -> None:
        raise OSError(5, "the disk failed")

    with monkeypatch.context() as broken:
        broken.setattr(night, "STEPS", (*night.STEPS[:steps_done], fail))
        with pytest.raises(OSError, match="the disk failed"):
            run(services, first)
    resumed = run(services, first)
    whole = run(services, first, fresh=True)
    pd.testing.assert_frame_equal(referrals(services, resumed["run_id"]), referrals(services, whole["run_id"]))
    assert len(members(services)) == resumed["seekers"]


def test_before_and_after_the_experiment_nights_are_as_any(started: Started) -> None:
    services, design, _ = started
    assert run(services, design.ends_on + timedelta(days=1))["experiment"] is None
    assert members(services).empty


def test_a_changed_design_is_refused_and_the_night_before_stays(started: Started) -> None:
    services, design, path = started
    with services.engine.connect() as connection:
        before = published_run(connection)
    written = path.read_text(encoding="utf-8")
    path.write_text(written.replace('"horizon_days": 30', '"horizon_days": 10'), encoding="utf-8")
    with pytest.raises(DataError, match="was changed after it was written"):
        run(services, DAY + timedelta(days=1))
    with pytest.raises(DataError, match="was changed after it was written"):
        gather_evidence(services, path, design.known_on)
    with services.engine.connect() as connection:
        assert published_run(connection) == before
    path.write_text(written, encoding="utf-8")
    assert run(services, DAY + timedelta(days=1))["experiment"]["checksum"] == design.checksum


def test_another_design_of_the_same_name_is_refused(started: Started, tmp_path: Path) -> None:
    services, _, _ = started
    other = tmp_path / "other.json"
    design_experiment(services, replace(REQUEST, seed=4), other, DAY)
    with pytest.raises(DataError, match="is not the design that experiment prices-2026 was started with"):
        run(under(services, other), DAY + timedelta(days=1))
    with pytest.raises(ConflictError, match="was started before"):
        start(services, other, DAY)


def test_only_a_started_experiment_is_obeyed_and_only_in_time(city: Services, tmp_path: Path) -> None:
    path = tmp_path / "design.json"
    design_experiment(city, REQUEST, path, DAY)
    with pytest.raises(ConfigurationError, match="is not started"):
        run(under(city, path), DAY + timedelta(days=1))
    with pytest.raises(ConflictError, match="should have begun on 2026-06-02"):
        start(city, path, DAY + timedelta(days=1))
    with pytest.raises(ConflictError, match="exists"):
        design_experiment(city, REQUEST, path, DAY)
    with pytest.raises(NotFoundError, match="no experiment design"):
        start(city, tmp_path / "none.json", DAY)


def test_a_run_is_not_gone_on_with_under_another_experiment(started: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    services, _, _ = started
    first = DAY + timedelta(days=1)
    with monkeypatch.context() as broken:
        broken.setattr(night, "STEPS", (night.STEPS[0], lambda _: 1 / 0))
        with pytest.raises(ZeroDivisionError):
            run(services, first)
    said = io.StringIO()
    summary = rematch(under(services, None), Stages(Console(file=said, width=200)), today=first, seed=1)
    assert "changed: settings" in said.getvalue()
    assert summary["experiment"] is None


@pytest.mark.slow
def test_the_ledger_tells_what_the_experiment_did(started: Started, tmp_path: Path) -> None:
    services, design, path = started
    first = DAY + timedelta(days=1)
    summary = run(services, first)
    sent = referrals(services, summary["run_id"])
    inside = members(services).set_index("seeker_id")["treated"]
    _send(services, sent[sent["is_referral"]], summary["run_id"], inside, first)
    early = experiment_evidence(services, first)
    assert early is not None
    assert isinstance(early.analysis, Refusal)
    assert str(design.known_on) in early.analysis.en
    assert early.standing["people"].sum() == len(inside)
    interim = gather_evidence(services, path, first + timedelta(days=HORIZON), interim=True).analysis
    assert isinstance(interim, ExperimentAnalysis)
    assert interim.is_interim
    assert "interim" in interim.cautions[0].en
    # Of the treated all who had a referral were placed, of the others nobody.
    found = gather_evidence(services, path, design.known_on).analysis
    assert isinstance(found, ExperimentAnalysis)
    assert not found.is_interim
    assert (found.people, found.of) == (len(inside), len(inside))
    effect = found.effects.set_index(["contrast", "group"])["effect"]
    treated_market = inside[inside.index.isin(members(services).query("saturation == '1/2'")["seeker_id"])]
    placed = treated_market & treated_market.index.isin(sent.loc[sent["is_referral"], "seeker_id"])
    assert effect["total", "everyone"] == pytest.approx(placed.mean(), abs=0.1)
    assert effect["treated", "everyone"] > 0.8
    assert effect["untreated", "everyone"] == pytest.approx(0, abs=0.02)
    conduct = found.conduct.set_index(["saturation", "arm"])["obeying_share"]
    assert (conduct == 1).all()
    evidence = gather_evidence(services, path, design.known_on)
    one, two = (write_results(evidence, tmp_path / name).read_bytes() for name in ("one", "two"))
    assert one == two
    with services.engine.connect() as connection:
        assert list(load_nights(connection, design.name)["run_id"]) == [summary["run_id"]]


def _send(services: Services, sent: pd.DataFrame, run_id: str, treated: pd.Series, day: date) -> None:
    """Referrals of the run in the ledger; the treated start work at the first of theirs."""
    table = sent[["seeker_id", "vacancy_id", "position"]].reset_index(drop=True)
    table["referral_id"] = [f"X-{n:05d}" for n in range(len(table))]
    empty = build_city(CitySettings(seed=5, seekers=1, vacancies=1, history_months=0, as_of=DAY)).records
    starts = table[table["seeker_id"].map(treated)].drop_duplicates("seeker_id")
    events = pd.DataFrame(
        {
            "referral_id": starts["referral_id"], "event": "started", "evidence_tier": 1,
            "occurred_on": pd.Timestamp(day + timedelta(days=7)), "wage_cny_month": None,
        }
    )  # fmt: skip
    ledger = type(empty).of(
        referrals=table.assign(run_id=run_id, referred_on=pd.Timestamp(day), propensity=None, source="test"),
        referral_events=events,
    )
    with services.engine.begin() as connection:
        store_records(connection, ledger)


def test_a_design_reads_back_as_it_was_written(started: Started) -> None:
    _, design, path = started
    assert read_design(path) == design
