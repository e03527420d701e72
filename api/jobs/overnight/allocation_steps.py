"""The middle steps of the night: allocate referrals, list, and compare with other ways. The draw is in `lot_steps`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.jobs.overnight.experiment_arms import refer_everybody
from api.jobs.overnight.night import Night
from api.jobs.overnight.run_files import (
    chosen_path,
    greedy_path,
    prices_path,
    propensities_path,
    read_edges,
    seeker_outcomes_path,
    utilities_path,
)
from api.jobs.overnight.shard_work import list_shard
from api.jobs.stages import Report
from data.column_file import read_columns, write_columns
from evaluation.match_run.expected_placements import ReferralOutcome, expected_placements
from evaluation.match_run.run_summary import policy_result, referrals_by_lot
from matching.allocation_policy import priority_weights, referral_capacity
from matching.candidate_edges import CandidateEdges
from matching.eligibility import pair_shares
from matching.exploration import capacity_before_the_draw
from matching.unallocated_referrals import greedy, own_best
from matching.without_candidates import seekers_without_candidates, vacancies_without_candidates
from training_recs.todays_options import options_of_run


def all_edges(night: Night) -> tuple[CandidateEdges, npt.NDArray[np.int64]]:
    """The candidates of all shards, and the first edge of each shard with the end: 8 bytes an edge are held."""
    ends = np.cumsum([0, *(len(read_edges(night.run, job.label)[0]) for job in night.jobs)])
    first_edge = np.zeros(len(night.market.seekers) + 1, np.int64)
    vacancy, success = np.empty(ends[-1], np.int32), np.empty(ends[-1], np.float32)
    for job, first, end in zip(night.jobs, ends, ends[1:], strict=False):
        candidates, scores = read_edges(night.run, job.label)
        vacancy[first:end], success[first:end] = candidates.vacancy, scores.score
        first_edge[job.seekers.start + 1 : job.seekers.stop + 1] = np.bincount(
            candidates.seeker, minlength=len(job.seekers)
        )
    np.cumsum(first_edge, out=first_edge)
    return CandidateEdges(first_edge, vacancy, success, len(night.market.vacancies)), ends


def _probabilities(
    night: Night, ends: npt.NDArray[np.int64], chosen: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Both sides' probabilities of some edges, given by their rising numbers."""
    found: list[tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]] = []
    for job, first, end in zip(night.jobs, ends, ends[1:], strict=False):
        low, high = np.searchsorted(chosen, [first, end])
        _, scores = read_edges(night.run, job.label)
        found.append((scores.p_accept[chosen[low:high] - first], scores.p_hire[chosen[low:high] - first]))
    nothing = np.empty(0, np.float32)
    accept, hire = (np.concatenate([nothing, *(part[side] for part in found)]) for side in range(2))
    return accept, hire


def allocate(night: Night) -> None:
    """Which referrals are made, and the price of every vacancy."""

    def work(_: Report) -> tuple[list[Path], dict[str, Any]]:
        market, headcount = night.market, night.headcount
        edges, ends = all_edges(night)
        employer = pd.factorize(market.vacancies["employer_id"])[0]
        capacity = referral_capacity(headcount, employer, night.policy, len(market.seekers))
        referrals, files = refer_everybody(
            night, edges, employer=employer,
            capacity=capacity_before_the_draw(capacity, headcount, share=night.exploration_share),
            priority=priority_weights(
                market.seekers["group_mask"].to_numpy(np.uint16), night.priority_groups, market.as_of
            ),
        )  # fmt: skip
        is_chosen = np.zeros(len(edges), dtype=bool)
        is_chosen[referrals.chosen] = True
        for job, first, end in zip(night.jobs, ends, ends[1:], strict=False):
            files.append(chosen_path(night.run, job.label))
            write_columns(files[-1], {"chosen": is_chosen[first:end]})
        files += [prices_path(night.run), utilities_path(night.run)]
        write_columns(prices_path(night.run), {"capacity": capacity.astype(np.int32), "price": referrals.price})
        write_columns(utilities_path(night.run), {"utility": referrals.utility})
        usual = options_of_run(edges, referrals.price).mean_prospects(night.policy.per_seeker, referrals.price)
        return files, {
            "certificate": referrals.allocation.certificate,
            "unseen": referrals.unseen,
            "usual_prospects": usual._asdict(),
        }

    night.step("allocate", work)


def list_everybody(night: Night) -> None:
    """Every shard's lists."""
    night.shards("list", list_shard)


_GREEDY = ("greedy", "贪心分配", "greedy")
_ALLOCATION = ("allocation", "统筹分配", "allocation with prices")
"""As published: after the draw."""


def compare(night: Night) -> None:
    """What the allocation is expected to achieve, beside what is done without one."""

    def work(_: Report) -> tuple[list[Path], dict[str, Any]]:
        market, limit = night.market, night.policy.per_seeker
        edges, ends = all_edges(night)
        capacity = read_columns(prices_path(night.run))["capacity"].astype(np.int64)
        before, published = (
            np.flatnonzero(np.concatenate([np.empty(0, bool), *parts]))
            for parts in (
                [read_columns(chosen_path(night.run, job.label))["chosen"] for job in night.jobs],
                [read_columns(propensities_path(night.run, job.label), "referred")["referred"] for job in night.jobs],
            )
        )
        chosen = {
            ("own_best", "各选最优", "everyone's own best"): own_best(edges, seeker_limit=limit),
            _GREEDY: greedy(edges, seeker_limit=limit, capacity=capacity),
            _ALLOCATION: published,
        }

        def outcome(rows: npt.NDArray[np.int64]) -> ReferralOutcome:
            return expected_placements(
                edges.seekers_of(rows), edges.vacancy[rows], *_probabilities(night, ends, rows),
                headcount=night.headcount, capacity=capacity, n_seekers=len(market.seekers),
                seed=night.folder.plan.seed,
            )  # fmt: skip

        outcomes = {names: outcome(rows) for names, rows in chosen.items()}
        undrawn = outcome(before) if night.exploration_share else outcomes[_ALLOCATION]
        by_lot = referrals_by_lot(
            night.exploration_share, night.folder.found("draw")["drawn"], undrawn, outcomes[_ALLOCATION]
        )
        referred = np.bincount(edges.seekers_of(published), minlength=len(market.seekers))
        write_columns(
            seeker_outcomes_path(night.run),
            {
                "candidates": np.diff(edges.first_edge).astype(np.int32),
                "referrals": referred.astype(np.int32),
                "placed_share": outcomes[_ALLOCATION].placed_share,
            },
        )
        files = [seeker_outcomes_path(night.run)]
        is_greedy = np.zeros(len(edges), dtype=bool)
        is_greedy[chosen[_GREEDY]] = True
        for job, first, end in zip(night.jobs, ends, ends[1:], strict=False):
            files.append(greedy_path(night.run, job.label))
            write_columns(files[-1], {"chosen": is_greedy[first:end]})
        shares = pair_shares(market)
        return files, {
            "policies": [asdict(policy_result(*names, found, market)) for names, found in outcomes.items()],
            "by_lot": asdict(by_lot),
            "candidate_share": shares.candidate,
            "eligible_share": shares.eligible,
            "seekers_without_candidates": asdict(
                seekers_without_candidates(market, np.flatnonzero(np.diff(edges.first_edge) == 0))
            ),
            "vacancies_without_candidates": asdict(
                vacancies_without_candidates(market, np.flatnonzero(edges.candidates_of_vacancies() == 0))
            ),
            "seekers_referred": int((referred > 0).sum()),
            "vacancies_referred_to": len(np.unique(edges.vacancy[chosen[_ALLOCATION]])),
        }

    night.step("compare", work)
