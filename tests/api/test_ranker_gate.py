"""The gate on a real training, and the evidence of fairness that a report reads, on a small city.

The new ranker learns from a ledger whose earlier referrals say the opposite of what happened; what happened lately is
as it was. So it is worse for everybody, and the one in use stays.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console
from sqlalchemy import Engine, create_engine, text

from api.bootstrap import Services
from api.jobs.evaluation.fairness_evidence import FairnessEvidence, fairness_evidence
from api.jobs.overnight.rematch import rematch
from api.jobs.ranker_gate import LEARNT_BEFORE, TWIN, twin_in_use
from api.jobs.stages import Stages
from api.jobs.train_models import WITHHELD_RANKER, train_models
from api.service_settings import Settings
from data.columns import Records
from data.errors import DataError, WithheldError
from data.storage.record_repository import store_records
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from evaluation.fairness.fairness_measures import FairnessMeasure
from evaluation.refusal import Refusal
from models.occupation_coder import OccupationCoder

TODAY = date(2026, 6, 1)
CITY = CitySettings(seed=7, seekers=1_500, vacancies=300, courses=5, history_months=12, as_of=TODAY)


def quiet() -> Stages:
    return Stages(console=Console(file=io.StringIO()))


@pytest.fixture(scope="module")
def records() -> Records:
    return build_city(CITY).records


@pytest.fixture(scope="module")
def trained(
    server: Engine, coder: OccupationCoder, embedder_folder: Path, records: Records,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Services]:  # fmt: skip
    """The city with a ranker in use."""
    admin = create_engine(server.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE gate_city TEMPLATE {server.url.database}"))
    engine = create_engine(server.url.set(database="gate_city"))
    settings = Settings(home=tmp_path_factory.mktemp("gate"), embedder=str(embedder_folder))
    services = Services(settings=settings, engine=engine)
    services.__dict__["coder"] = coder  # as if it had been opened before: opening it takes a second
    with engine.begin() as connection:
        store_records(connection, records)
    train_models(services, quiet(), seed=1, today=TODAY)
    yield services
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE gate_city WITH (FORCE)"))
    admin.dispose()


def told_wrong(records: Records, before: str) -> Records:
    """The ledger with the answers of seekers turned round for all referrals before a day."""
    early = records.referrals.loc[records.referrals["referred_on"] < pd.Timestamp(before), "referral_id"]
    events = records.referral_events
    turned = events["referral_id"].isin(early)
    opposite = {"seeker_accepted": "seeker_declined", "seeker_declined": "seeker_accepted"}
    answers = events["event"].isin(["referred", *opposite])
    events = events.assign(event=events["event"].where(~turned, events["event"].replace(opposite)))
    return replace(records, referral_events=events[(~turned | answers).to_numpy(bool)].reset_index(drop=True))


def test_a_ranker_is_saved_with_a_twin_that_has_not_seen_the_latest_referrals(trained: Services) -> None:
    folder = trained.settings.ranker_path
    twin = twin_in_use(folder)
    assert twin is not None
    assert twin.calibrated
    assert date(2026, 3, 1) < date.fromisoformat(twin.manifest[LEARNT_BEFORE]) < TODAY
    verdict = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["fairness"]
    assert verdict["compared_with"] == "先验评分 / the documented prior"
    assert not any(finding["broken"] for finding in verdict["findings"])


def test_a_ranker_that_judges_people_worse_is_kept_aside_until_somebody_says_why(
    trained: Services, records: Records, engine: Engine, tmp_path: Path
) -> None:
    twin = twin_in_use(trained.settings.ranker_path)
    assert twin is not None
    in_use = tmp_path / "models" / "ranker"
    shutil.copytree(trained.settings.ranker_path, in_use)
    services = Services(trained.settings.model_copy(update={"home": tmp_path}), engine)
    services.__dict__["coder"] = trained.coder
    with engine.begin() as connection:
        store_records(connection, told_wrong(records, twin.manifest[LEARNT_BEFORE]))
    before = (in_use / "manifest.json").read_bytes()
    with pytest.raises(WithheldError) as refused:
        train_models(services, quiet(), seed=1, today=TODAY)
    assert "新排序模型未启用" in str(refused.value)
    assert "squared error of predicted acceptance of rural transferred" in str(refused.value)
    assert "zhuye train --despite-fairness" in str(refused.value)
    assert (in_use / "manifest.json").read_bytes() == before
    assert (in_use.with_name(WITHHELD_RANKER) / TWIN / "manifest.json").is_file()
    with pytest.raises(DataError, match="no reason"):
        train_models(services, quiet(), seed=1, today=TODAY, despite_fairness="")
    train_models(services, quiet(), seed=1, today=TODAY, despite_fairness="试用一周")
    manifest = json.loads((in_use / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["fairness"]["despite"] == "试用一周"
    assert any(finding["broken"] for finding in manifest["fairness"]["findings"])


@pytest.fixture(scope="module")
def evidence(trained: Services) -> FairnessEvidence:
    """After one night."""
    rematch(trained, quiet(), today=TODAY, seed=1)
    return fairness_evidence(trained, TODAY)


def test_the_evidence_has_every_measure_and_agrees_with_the_published_run(
    trained: Services, evidence: FairnessEvidence
) -> None:
    assert set(evidence.table["measure"]) == set(FairnessMeasure)
    everyone = evidence.table[evidence.table["dimension"] == "everyone"].set_index("measure")
    with trained.engine.connect() as connection:
        query = "SELECT count(*) AS n, count(*) FILTER (WHERE is_referral) AS r FROM matches"
        row = connection.execute(text(query)).one()
        referred = connection.execute(
            text("SELECT count(DISTINCT seeker_id) FROM matches WHERE is_referral")
        ).scalar_one()
        summary = connection.execute(text("SELECT summary FROM match_runs WHERE status = 'published'")).scalar_one()
    assert everyone.at["places_each", "numerator"] == row.n
    assert everyone.at["referrals_each", "numerator"] == row.r
    assert everyone.at["referred_share", "numerator"] == referred == summary["seekers_referred"]
    allocation = next(one for one in summary["policies"] if one["policy"] == "allocation")
    assert everyone.at["expected_placement", "numerator"] == pytest.approx(allocation["placements"])
    assert everyone.at["has_candidate", "estimate"] == 1  # retrieval is exact
    assert 0 < everyone.at["eligible_recall", "estimate"] <= 1


def test_the_evidence_of_a_city_whose_sexes_nobody_knows_says_so(evidence: FairnessEvidence) -> None:
    assert any(isinstance(note, Refusal) and "nobody's sex is known" in note.en for note in evidence.notes)
    assert set(evidence.table.loc[evidence.table["dimension"] == "sex", "category"]) == {"unknown"}


def test_predictions_are_checked_on_referrals_after_the_twin_had_learnt(
    evidence: FairnessEvidence, trained: Services, records: Records
) -> None:
    twin = twin_in_use(trained.settings.ranker_path)
    assert twin is not None
    late = (records.referrals["referred_on"] >= pd.Timestamp(twin.manifest[LEARNT_BEFORE])).sum()
    everyone = evidence.calibration[evidence.calibration["dimension"] == "everyone"].set_index("side")
    assert 0 < everyone.at["accept", "referrals"] <= late
    table = evidence.table[evidence.table["dimension"] == "everyone"].set_index("measure")
    for side in ("accept", "hire"):
        error = everyone.at[side, "predicted"] - everyone.at[side, "observed"]
        assert table.at[f"{side}_calibration", "estimate"] == pytest.approx(error)


def test_without_a_run_or_a_ledger_the_evidence_says_what_is_missing(engine: Engine, trained: Services) -> None:
    services = Services(trained.settings.model_copy(update={"home": trained.settings.home / "empty"}), engine)
    found = fairness_evidence(services, TODAY)
    assert found.run_id is None
    assert found.table.empty
    assert sum(isinstance(note, Refusal) for note in found.notes) == 3
