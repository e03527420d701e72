"""Everybody is matched against everything, referrals are allocated, and the run is published whole."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.bootstrap import Services
from api.jobs.stages import Stages
from api.prepared_market import PreparedMarket, prepare_market, save_prepared
from data.market import Market
from data.reference.priority_groups import load_priority_groups
from data.storage.artefact_store import newest_artefacts
from data.storage.record_repository import current_revision
from data.storage.run_repository import begin_run, fail_run, forget_superseded_runs, publish_run, published_run
from evaluation.expected_placements import expected_placements
from evaluation.report import write_report
from evaluation.run_summary import PolicyResult, RunSummary, StageCost, group_sizes, policy_result, shortages
from matching.allocation_policy import ReferralPolicy, Referrals, priority_weights, refer, referral_capacity
from matching.candidate_edges import CandidateEdges, ordered_edges
from matching.eligibility import pair_shares
from matching.match_seekers import MatchSettings, list_matches
from matching.ranking import Scores, score_candidates
from matching.retrieval import Candidates, retrieve
from matching.unallocated_referrals import greedy, own_best
from models.embedder import embedder_fingerprint

LIST_LENGTH = 10
_KEPT_RUNS = 7


def current_summary(services: Services, today: date) -> dict[str, Any] | None:
    """Summary of the published run, if it is of `today` and the records have not changed since."""
    with services.engine.connect() as connection:
        run = published_run(connection)
        if run is None or run.as_of != today or run.summary.get("revision") != current_revision(connection):
            return None
        return run.summary


def match_everybody(services: Services, stages: Stages, *, today: date, seed: int) -> dict[str, Any]:
    """Match, allocate, publish and report; returns the summary that readers of the run see.

    A run that does not end well is marked as failed, and what was published before stays.
    """
    settings = services.settings
    run_id = f"{today.isoformat()}-{datetime.now().strftime('%H%M%S%f')}"
    begin_run(
        services.engine,
        run_id=run_id,
        as_of=today,
        seed=seed,
        code_version=version("zhuye"),
        settings=settings.model_dump(
            mode="json", include={"candidates", "referrals_per_seeker", "referrals_per_opening"}
        ),
        models=newest_artefacts(services.engine),
    )
    try:
        return _run(services, stages, run_id, today, seed)
    except BaseException:
        fail_run(services.engine, run_id)
        raise


def _run(services: Services, stages: Stages, run_id: str, today: date, seed: int) -> dict[str, Any]:
    settings = services.settings
    with stages.stage("准备市场 / freeze and embed the market"):
        fingerprint = embedder_fingerprint(settings.embedder_path)
        prepared = prepare_market(services.engine, services.embedder, today, fingerprint=fingerprint)
        save_prepared(prepared, settings.market_path)
    market = prepared.market
    with stages.stage("检索候选 / retrieve candidates"):
        candidates = retrieve(market, prepared.seekers.vectors, prepared.vacancies.vectors, k=settings.candidates)
        shares = pair_shares(market)
    with stages.stage("双向评分 / score both sides"):
        scores = score_candidates(market, candidates, services.ranker)
    headcount = market.vacancies["headcount"].to_numpy(np.int64)
    policy = ReferralPolicy(per_seeker=settings.referrals_per_seeker, per_opening=settings.referrals_per_opening)
    employer = pd.factorize(market.vacancies["employer_id"])[0]
    capacity = referral_capacity(headcount, employer, policy, len(market.seekers))
    groups = [group for group in load_priority_groups() if group.in_force(today)]
    with stages.stage("统筹分配 / allocate referrals"):
        edges, order = ordered_edges(
            candidates.seeker, candidates.vacancy, scores.score,
            n_seekers=len(market.seekers), n_vacancies=len(market.vacancies),
        )  # fmt: skip
        referrals = refer(
            edges, headcount=headcount, capacity=capacity, policy=policy,
            priority=priority_weights(market.seekers["group_mask"].to_numpy(np.uint16), groups, today),
        )  # fmt: skip
        referred = order[referrals.chosen]
    with stages.stage("比较办法 / compare policies"):
        policies = _compare(market, candidates, scores, edges, order, referred, capacity, policy.per_seeker, seed)
    with stages.stage("生成名单并发布 / list and publish"):
        lists = _lists(
            market, candidates, scores, referred, referrals.price, MatchSettings(settings.candidates, LIST_LENGTH)
        )
        summary = RunSummary(
            run_id=run_id,
            as_of=today.isoformat(),
            is_synthetic=market.is_synthetic,
            seekers=len(market.seekers),
            vacancies=len(market.vacancies),
            openings=int(headcount.sum()),
            courses=len(market.courses),
            groups=group_sizes(market),
            candidate_share=shares.candidate,
            eligible_share=shares.eligible,
            seekers_without_candidates=len(market.seekers) - len(np.unique(candidates.seeker)),
            vacancies_without_candidates=len(market.vacancies) - len(np.unique(candidates.vacancy)),
            vacancies_unseen=referrals.unseen,
            referrals_per_seeker=policy.per_seeker,
            referrals_per_opening=policy.per_opening,
            priority={str(group.group): group.weight for group in groups},
            certificate=referrals.allocation.certificate,
            ranker={side: str(report["model"]) for side, report in services.ranker.manifest["sides"].items()},
            policies=policies,
            shortages=shortages(market, referrals.price),
            stages=tuple(StageCost(t.name, t.seconds, t.peak_mib) for t in stages.timings),
        )
        report = write_report(summary, settings.reports_path)
        published = {**asdict(summary), "revision": prepared.revision, "report": str(report)}
        _publish(services, run_id, prepared, lists, candidates, referred, referrals, capacity, published)
    forget_superseded_runs(services.engine, keep=_KEPT_RUNS)
    return published


def _compare(
    market: Market, candidates: Candidates, scores: Scores, edges: CandidateEdges, order: npt.NDArray[np.int64],
    referred: npt.NDArray[np.int64], capacity: npt.NDArray[np.int64], limit: int, seed: int,
) -> tuple[PolicyResult, ...]:  # fmt: skip
    chosen = {
        ("own_best", "各选最优", "everyone's own best"): order[own_best(edges, seeker_limit=limit)],
        ("greedy", "贪心分配", "greedy"): order[greedy(edges, seeker_limit=limit, capacity=capacity)],
        ("allocation", "统筹分配", "allocation with prices"): referred,
    }
    return tuple(
        policy_result(
            *names,
            expected_placements(
                candidates.seeker[rows],
                candidates.vacancy[rows],
                scores.p_accept[rows],
                scores.p_hire[rows],
                headcount=market.vacancies["headcount"].to_numpy(np.int64),
                capacity=capacity,
                n_seekers=len(market.seekers),
                seed=seed,
            ),
            market,
        )
        for names, rows in chosen.items()
    )


def _lists(
    market: Market, candidates: Candidates, scores: Scores, referred: npt.NDArray[np.int64],
    price: npt.NDArray[np.float64], settings: MatchSettings,
) -> pd.DataFrame:  # fmt: skip
    """Every seeker's list; a referral that has no place in it follows at its end."""
    lists = list_matches(market, candidates, scores, settings, price)
    listed = pd.MultiIndex.from_frame(lists[["seeker", "vacancy"]])
    referred = np.sort(referred)
    pairs = pd.MultiIndex.from_arrays([candidates.seeker[referred], candidates.vacancy[referred]])
    rest = referred[~pairs.isin(listed)]
    further = list_matches(
        market,
        Candidates(*(getattr(candidates, column)[rest] for column in Candidates.__dataclass_fields__)),
        Scores(*(getattr(scores, column)[rest] for column in Scores.__dataclass_fields__)),
        settings,
        price,
    )
    further["position"] += settings.list_length
    return pd.concat([lists, further], ignore_index=True)


def _publish(
    services: Services, run_id: str, prepared: PreparedMarket, lists: pd.DataFrame, candidates: Candidates,
    referred: npt.NDArray[np.int64], referrals: Referrals, capacity: npt.NDArray[np.int64], summary: dict[str, Any],
) -> None:  # fmt: skip
    market = prepared.market
    seeker_ids = market.seekers["seeker_id"]
    vacancy_ids = market.vacancies["vacancy_id"]
    pairs = pd.MultiIndex.from_arrays([candidates.seeker[referred], candidates.vacancy[referred]])
    publish_run(
        services.engine,
        run_id,
        matches=pd.DataFrame(
            {
                "seeker_id": seeker_ids.iloc[lists["seeker"]].array,
                "vacancy_id": vacancy_ids.iloc[lists["vacancy"]].array,
                "position": lists["position"],
                "is_referral": pd.MultiIndex.from_frame(lists[["seeker", "vacancy"]]).isin(pairs),
                "similarity": lists["similarity"],
                "p_accept": lists["p_accept"],
                "p_hire": lists["p_hire"],
                "score": lists["score"],
                "unknown_rules": lists["unknown"].astype("int32"),
                "explanation": None,
            }
        ),
        prices=pd.DataFrame(
            {
                "vacancy_id": vacancy_ids,
                "capacity": capacity,
                "referrals": np.bincount(candidates.vacancy[referred], minlength=len(vacancy_ids)),
                "price": referrals.price,
            }
        ),
        utilities=pd.DataFrame({"seeker_id": seeker_ids, "utility": referrals.utility}),
        summary=summary,
    )
