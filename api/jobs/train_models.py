"""Training: the embedder from the classification and the records, then the ranker from the ledger."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import numpy as np

from api.bootstrap import Services
from api.jobs.fairness_refusal import refuse_empty_reason, refuse_ranker
from api.jobs.ranker_gate import TWIN, judge_ranker, train_twin
from api.jobs.stages import Stages
from data.columns import Records
from data.market import market_from_records
from data.storage.artefact_store import register_artefact
from data.storage.record_repository import load_records
from data.whole_folder import whole_folder
from models.embedder import encode, load_embedder
from models.job_text import seeker_texts, vacancy_texts
from models.ranker import save_ranker, train_ranker
from models.text_pairs import PairSources, record_pairs
from models.train_embedder import EmbedderSettings, train_embedder
from models.training_table import training_pairs

MOST_RECORD_PAIRS = 20_000
WITHHELD_RANKER = "ranker-withheld"
"""Folder beside that of the ranker in use."""


def train_models(
    services: Services, stages: Stages, *, seed: int, today: date, despite_fairness: str | None = None
) -> None:
    """Train what the records allow and save it under the run-time folder.

    The embedder is trained unless `ZHUYE_EMBEDDER` names one. The ranker is trained when the ledger holds
    referrals; without history the documented prior stays in use.

    Parameters
    ----------
    despite_fairness
        Why the new ranker is to be used also where it judges a protected group worse than the one in use. It is kept
        in the ranker's manifest.

    Raises
    ------
    DataError
        `despite_fairness` gives no reason.
    WithheldError
        The new ranker judges a protected group worse, beyond a limit; it lies beside the one that stays in use.
    """
    refuse_empty_reason(despite_fairness)
    with services.engine.connect() as connection:
        records = load_records(connection, with_history=True)
    if services.settings.embedder is None:
        _train_embedder(services, stages, records, seed, today)
    _ = services.coder
    if len(records.referrals):
        _train_ranker(services, stages, records, seed, today, despite_fairness)
    else:
        stages.console.print("  尚无推荐记录，沿用先验评分 / no referrals on record yet: the documented prior is used")


def _train_embedder(services: Services, stages: Stages, records: Records, seed: int, today: date) -> None:
    settings = EmbedderSettings()
    with stages.stage("训练向量模型 / train the embedder") as report:
        history = market_from_records(records, today, include_closed=True)
        sources = PairSources(record_pairs(history.vacancies, seed, MOST_RECORD_PAIRS))
        model = train_embedder(sources.draw, seed=seed, settings=settings, on_progress=report)
        folder = Path(services.settings.embedder_path)
        with whole_folder(folder) as fresh:
            model.save(str(fresh), create_model_card=False)
        manifest = {"settings": asdict(settings), "seed": seed, "record_pairs": len(sources.record_pairs)}
        _register(services, "embedder", folder, manifest)


def _train_ranker(
    services: Services, stages: Stages, records: Records, seed: int, today: date, despite_fairness: str | None
) -> None:
    with stages.stage("训练双向排序 / train the two-sided ranker") as report:
        embedder = load_embedder(services.settings.embedder_path)
        history = market_from_records(records, today, include_closed=True)
        pairs = training_pairs(records, history, today)
        report(1, 5)
        seeker_vectors = encode(embedder, seeker_texts(history.seekers, history.experience))
        vacancy_vectors = encode(embedder, vacancy_texts(history.vacancies))
        similarity = np.einsum("ij,ij->i", seeker_vectors[pairs.seeker], vacancy_vectors[pairs.vacancy])
        report(2, 5)
        ranker = train_ranker(history, pairs, similarity, seed=seed)
        report(3, 5)
        twin = train_twin(history, pairs, similarity, seed=seed)
        verdict = judge_ranker(
            services, records, history, pairs, similarity, twin, today=today, despite=despite_fairness
        )
        report(4, 5)
        ranker = replace(ranker, manifest={**ranker.manifest, "fairness": asdict(verdict)})
        in_use = services.settings.ranker_path
        folder = in_use if verdict.opens else in_use.with_name(WITHHELD_RANKER)
        with whole_folder(folder) as fresh:
            save_ranker(ranker, fresh)
            save_ranker(twin, fresh / TWIN)
        if verdict.opens:
            _register(services, "ranker", folder, json.loads(json.dumps(ranker.manifest, default=str)))
        report(5, 5)
    refuse_ranker(verdict, folder)


def _register(services: Services, kind: str, folder: Path, manifest: dict[str, object]) -> None:
    register_artefact(services.engine, kind=kind, home=services.settings.home, path=folder, manifest=manifest)
