"""Gathers what ranking is judged by: the ledger looked back on, and the published run's market and summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt

from api.bootstrap import Services
from api.prepared_market import open_prepared
from data.errors import DataError, NotFoundError
from data.storage.database import consistent_reading
from data.storage.record_repository import load_records
from data.storage.run_repository import MatchRun, published_run
from evaluation.ranking.filtered_recall import SAMPLE, FilteredRecall, filtered_recall
from evaluation.ranking.ledger_backtest import BACKTEST, ledger_backtest, monthly_origins
from evaluation.ranking.list_coverage import ListCoverage
from evaluation.ranking.ranking_evidence import RankingEvidence, judge_ranking
from evaluation.refusal import Refusal
from matching.retrieval import retrieve
from models.embedder import encode

NO_RUN = Refusal("尚无已发布的夜间匹配", "no match run is published yet: zhuye rematch")
_DECIDES = "allocation"


def ranking_evidence(services: Services, today: date, seed: int) -> RankingEvidence:
    """Ranking quality and calibration out of time, reach of the published referrals, recall of their candidates.

    Writes nothing. Without a ledger, or without a run, the evidence says so in place of figures.

    Raises
    ------
    UnavailableError
        There is a ledger and no embedding model.
    """
    with consistent_reading(services.engine) as connection:
        records = load_records(connection, with_history=True)
        run = published_run(connection)

    def embed(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return encode(services.embedder, texts)

    origins = monthly_origins(today)
    backtest = BACKTEST.empty()
    if len(records.referrals):
        backtest = ledger_backtest(records, today, origins=origins, embed=embed, seed=seed)
    return judge_ranking(
        backtest, as_of=today, origins=origins, seed=seed,
        is_synthetic=bool(records.seekers["is_synthetic"].any() or records.vacancies["is_synthetic"].any()),
        coverage=_coverage(run), recall=_recall(services, seed),
    )  # fmt: skip


def _coverage(run: MatchRun | None) -> ListCoverage | Refusal:
    """Reach of the referrals that the published run made."""
    if run is None:
        return NO_RUN
    summary = run.summary
    entropy = next(one["exposure_entropy"] for one in summary["policies"] if one["policy"] == _DECIDES)
    return ListCoverage(
        summary["seekers"], summary["vacancies"], summary["seekers_referred"], summary["vacancies_referred_to"], entropy
    )


def _recall(services: Services, seed: int) -> FilteredRecall | Refusal:
    """Candidates of some seekers of the prepared market, found as a run finds them, against brute force.

    The run's own are deleted once it is published; the market and its vectors are those it used, and so is the search.
    """
    try:
        prepared = open_prepared(services.settings.market_path)
    except (NotFoundError, DataError):
        return NO_RUN
    market, k = prepared.market, services.settings.candidates
    people = np.sort(np.random.default_rng(seed).permutation(len(market.seekers))[:SAMPLE])
    some = replace(market, seekers=market.seekers.iloc[people].reset_index(drop=True))
    vectors = prepared.seekers.vectors[people]
    candidates = retrieve(some, vectors, prepared.vacancies.vectors, k=k)
    return filtered_recall(some, vectors, prepared.vacancies.vectors, candidates, k=k, seed=seed)
