"""Fairness of the published run, of the ranker and of what became of people: gathered for the evaluation report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.bootstrap import Services
from api.jobs.overnight.run_files import seeker_outcomes_path
from api.jobs.overnight.run_folder import RunFolder, open_run
from api.jobs.protected_people import known_sexes, people_of_market
from api.jobs.ranker_gate import LEARNT_BEFORE, people_at_referral, twin_in_use
from data.column_file import read_columns
from data.columns import Records
from data.market import Market, market_from_records
from data.records import EvidenceTier
from data.snapshot import open_snapshot
from data.storage.database import consistent_reading
from data.storage.record_repository import load_records
from data.storage.run_repository import MatchRun, published_run
from evaluation.fairness.calibration_by_group import CALIBRATION_BY_GROUP, calibration_by_group
from evaluation.fairness.eligible_recall import eligible_found
from evaluation.fairness.fairness_measures import FairnessMeasure
from evaluation.fairness.fairness_table import FAIRNESS, fairness_table
from evaluation.fairness.gate import NOTHING_TO_COMPARE, GateVerdict
from evaluation.fairness.held_out import chosen_pairs, latest, side_predictions
from evaluation.fairness.people import people
from evaluation.fairness.protected_cells import protected_cells
from evaluation.fairness.run_fairness import fairness_from_json, run_measures
from evaluation.outcomes.cohorts import UNKNOWN_DISTRICT, stock_cohort
from evaluation.outcomes.follow_up import follow_up
from evaluation.refusal import Caution, Refusal
from matching.retrieval import retrieve
from models.embedder import encode
from models.job_text import seeker_texts, vacancy_texts
from models.training_table import training_pairs
from models.vector_index import load_index

HORIZON_DAYS = 90
MOST_COMPARED = 2_000
"""Seekers compared with every vacancy for the eligible recall; of more, so many are drawn."""
_SEED = 1
Measures = dict[FairnessMeasure, tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]


@dataclass(frozen=True)
class FairnessEvidence:
    """What the report shows of fairness.

    Attributes
    ----------
    run_id
        The published run; None: there is none.
    table
        `FAIRNESS`: run, lists, recall, predictions and observed placement by cell.
    calibration
        `CALIBRATION_BY_GROUP` of both sides, on held-out referrals.
    verdict
        What the gate said when the run was published.
    notes
        What could not be measured, and what limits what was.
    """

    run_id: str | None
    table: pd.DataFrame
    calibration: pd.DataFrame
    verdict: GateVerdict
    notes: tuple[Refusal | Caution, ...]


def fairness_evidence(services: Services, today: date) -> FairnessEvidence:
    """Everything about fairness that database and run folder can tell on `today`; what they cannot is in `notes`."""
    with consistent_reading(services.engine) as connection:
        records, run = load_records(connection, with_history=True), published_run(connection)
    notes: list[Refusal | Caution] = [_MULTIPLICITY]
    tables, verdict = [], NOTHING_TO_COMPARE
    if run is None:
        notes.append(_NO_RUN)
    else:
        if "fairness" in run.summary:
            verdict = fairness_from_json(run.summary["fairness"]).verdict
        tables += _of_run(services, run, notes)
    tables.append(_observed(services, records, today, notes))
    calibration = _predictions(services, records, today, notes, tables)
    return FairnessEvidence(
        run_id=run.run_id if run else None,
        table=FAIRNESS.check(pd.concat(tables, ignore_index=True)),
        calibration=calibration,
        verdict=verdict,
        notes=tuple(notes),
    )


def _of_run(services: Services, run: MatchRun, notes: list[Refusal | Caution]) -> list[pd.DataFrame]:
    folder = open_run(services.settings.runs_path / run.run_id)
    if folder is None or not seeker_outcomes_path(folder.path).exists():
        notes.append(_NO_FOLDER)
        return []
    market = open_snapshot(folder.path / "market" / "snapshot")
    who = people_of_market(services, market)
    if not len(who):
        return []
    if who["sex"].isna().all():
        notes.append(_NO_SEX)
    received = read_columns(seeker_outcomes_path(folder.path))
    places = np.zeros(len(who))
    for path in sorted(folder.path.glob("lists/[0-9]*.arrow")):
        places += np.bincount(read_columns(path, "seeker")["seeker"], minlength=len(who))
    measures: Measures = run_measures(received["referrals"], np.asarray(received["placed_share"]))
    measures[FairnessMeasure.PLACES_EACH] = (places, np.ones(len(who)))
    return [fairness_table(protected_cells(who), measures), _recall(folder, market, who, notes)]


def _recall(folder: RunFolder, market: Market, who: pd.DataFrame, notes: list[Refusal | Caution]) -> pd.DataFrame:
    rows = np.arange(len(who))
    if len(rows) > MOST_COMPARED:
        rows = np.sort(np.random.default_rng(_SEED).choice(rows, MOST_COMPARED, replace=False))
        notes.append(
            Caution(
                f"合格岗位召回率与有候选的比例由随机抽取的 {MOST_COMPARED:,} 名求职者计得（共 {len(who):,} 名）",
                f"eligible recall and the share with a candidate are of {MOST_COMPARED:,} seekers drawn at random "
                f"of {len(who):,}",
            )
        )
    drawn = market.of(rows)
    vectors = load_index(folder.path / "market" / "seekers").vectors[rows]
    posts = load_index(folder.path / "market" / "vacancies").vectors.copy()
    k = int(folder.plan.settings["candidates"])
    found = eligible_found(drawn, retrieve(drawn, vectors, posts, k=k), vectors, posts, k=k)
    qualified = (found.eligible > 0).astype(np.float64)
    measures: Measures = {
        FairnessMeasure.HAS_CANDIDATE: (np.where(found.has_candidate, qualified, 0.0), qualified),
        FairnessMeasure.ELIGIBLE_RECALL: (found.found.astype(np.float64), found.eligible.astype(np.float64)),
    }
    return fairness_table(protected_cells(who.iloc[rows].reset_index(drop=True)), measures)


def _observed(services: Services, records: Records, today: date, notes: list[Refusal | Caution]) -> pd.DataFrame:
    """Placement within the horizon of those who were active that long ago, by any evidence."""
    start = today - timedelta(days=HORIZON_DAYS)
    cohort = stock_cohort(records, start, observed_until=today)
    if cohort.people.empty:
        notes.append(
            Refusal(
                f"{start} 没有登记在册的求职者，无从观察就业", f"nobody was active on {start}: no placement to observe"
            )
        )
        return FAIRNESS.empty()
    notes.append(
        Caution(
            f"实际就业率：{start} 在册的 {len(cohort.people):,} 名求职者，{HORIZON_DAYS} 天内，任一等级的证据",
            f"observed placement: the {len(cohort.people):,} seekers active on {start}, within {HORIZON_DAYS} days, by "
            "evidence of any tier",
        )
    )
    follow = follow_up(records, cohort, EvidenceTier.SEEKER_REPORTS)
    placed = follow.waits["placed_days"].to_numpy("float64", na_value=np.inf) <= HORIZON_DAYS
    observed = np.asarray(follow.waits["observed_days"] >= HORIZON_DAYS, dtype=np.float64)
    born = records.seekers.set_index("seeker_id")["birth_date"].reindex(cohort.people["seeker_id"])
    age = (cohort.people["entry_on"].to_numpy() - born.to_numpy()) / np.timedelta64(1, "D") / 365.2425
    who = people(
        cohort.people["seeker_id"],
        group_mask=cohort.people["group_mask"].to_numpy(),
        age_years=age,
        district_code=cohort.people["district_code"].replace(UNKNOWN_DISTRICT, pd.NA),
        sexes=known_sexes(services),
    )
    return fairness_table(protected_cells(who), {FairnessMeasure.PLACED: (np.where(placed, observed, 0.0), observed)})


def _predictions(
    services: Services, records: Records, today: date, notes: list[Refusal | Caution], tables: list[pd.DataFrame]
) -> pd.DataFrame:
    """Adds the errors of prediction to `tables`; returns the calibration."""
    history = market_from_records(records, today, include_closed=True)
    pairs = training_pairs(records, history, today)
    if not len(pairs):
        notes.append(Refusal("台账中没有结果已知的推荐，无从校验概率", "no referral with a known outcome to check on"))
        return CALIBRATION_BY_GROUP.empty()
    seekers = encode(services.embedder, seeker_texts(history.seekers, history.experience))
    posts = encode(services.embedder, vacancy_texts(history.vacancies))
    similarity = np.einsum("ij,ij->i", seekers[pairs.seeker], posts[pairs.vacancy])
    ranker = twin_in_use(services.settings.ranker_path)
    if ranker is None:
        notes.append(_NO_TWIN)
        return CALIBRATION_BY_GROUP.empty()
    if not ranker.calibrated:
        notes.append(_PRIOR)
    known_before = np.datetime64(ranker.manifest.get(LEARNT_BEFORE, "1900-01-01"))
    late = latest(pairs) & (pairs.referred_on >= known_before)
    held_out = chosen_pairs(pairs, late)
    if not len(held_out):
        notes.append(_NOTHING_HELD_OUT)
        return CALIBRATION_BY_GROUP.empty()
    notes.append(
        Caution(
            f"概率校验：在用模型的孪生模型只学过较早的推荐，对其未见过的最近 {len(held_out):,} 个推荐预测",
            f"predictions are of the twin of the ranker in use, which learnt from earlier referrals only, on the "
            f"latest {len(held_out):,}, which it had not seen",
        )
    )
    sides = side_predictions((ranker,), history, held_out, similarity[late])
    who = people_at_referral(services, records, history, pairs)
    cells = protected_cells(who)
    measures: Measures = {}
    for side, measure in (
        ("accept", FairnessMeasure.ACCEPT_CALIBRATION), ("hire", FairnessMeasure.HIRE_CALIBRATION),
    ):  # fmt: skip
        asked = sides[side]
        error = np.bincount(asked.seeker, weights=asked.probability[0] - asked.happened, minlength=len(who))
        referrals = np.bincount(asked.seeker, minlength=len(who))
        measures[measure] = (error.astype(np.float64), referrals.astype(np.float64))
    tables.append(fairness_table(cells, measures))
    return CALIBRATION_BY_GROUP.check(
        pd.concat(
            [calibration_by_group(who, side, asked, seed=_SEED) for side, asked in sides.items() if len(asked.seeker)],
            ignore_index=True,
        )
    )


_MULTIPLICITY = Caution(
    "每一指标同时比较许多类别：显著与否按 Benjamini–Hochberg 调整，单一类别与两两交叉各为一族；"
    "差异不等于歧视，其原因须另查",
    "each measure compares many categories at once: significance is adjusted by Benjamini–Hochberg, over single "
    "dimensions and over intersections apart; a difference is no proof of discrimination, its cause is to be found",
)
_NO_RUN = Refusal("尚无已发布的匹配", "no match run is published yet: no exposure to measure")
_NO_FOLDER = Refusal(
    "已发布匹配的文件夹不在，或由旧版本所作：无从计算曝光",
    "the folder of the published run is gone, or of an earlier release: exposure cannot be measured",
)
_NO_SEX = Refusal(
    "无人登记身份证号码，性别未知：不能按性别度量",
    "nobody's identity number is on record, so nobody's sex is known: nothing can be measured by sex",
)
_NO_TWIN = Refusal(
    "在用模型由旧版本训练，没有可校验的孪生模型：请运行 zhuye train",
    "the ranker in use is of an earlier release and has no twin that could be checked: run zhuye train",
)
_NOTHING_HELD_OUT = Refusal(
    "训练之后还没有结果已知的推荐", "no referral has a known outcome that the ranker had not learnt from"
)
_PRIOR = Caution(
    "推荐太少，至少一方仍用先验评分：其分数只用于排序，不是概率",
    "too few referrals: at least one side is the documented prior, whose scores order lists and are no probabilities",
)
