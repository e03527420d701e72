"""The middle steps of the night: allocate referrals, list, and compare with other ways."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.jobs.overnight.night import Night
from api.jobs.overnight.run_files import chosen_path, prices_path, read_edges, utilities_path
from api.jobs.overnight.shard_work import list_shard
from api.jobs.stages import Report
from data.column_file import read_columns, write_columns
from evaluation.expected_placements import expected_placements
from evaluation.run_summary import policy_result
from matching.allocation_policy import priority_weights, refer, referral_capacity
from matching.eligibility import pair_shares
from matching.unallocated_referrals import greedy, own_best
from matching.without_candidates import (
    seekers_without_candidates,
    vacancies_without_candidates,
)


@dataclass(frozen=True)
class _Edges:
    """Candidates of all shards: rows of the market, and the probabilities of both sides."""

    seeker: npt.NDArray[np.int32]
    vacancy: npt.NDArray[np.int32]
    p_accept: npt.NDArray[np.float32]
    p_hire: npt.NDArray[np.float32]
    first: npt.NDArray[np.int64]  # of each shard, and the end

    @classmethod
    def of(cls, night: Night) -> _Edges:
        parts = [read_edges(night.run, job.label) for job in night.jobs]
        ends = np.cumsum([0, *(len(candidates) for candidates, _ in parts)])
        seeker = np.empty(ends[-1], np.int32)
        for job, (candidates, _), first in zip(night.jobs, parts, ends, strict=False):
            mine = seeker[first : first + len(candidates)]
            np.add(candidates.seeker, np.int32(job.seekers.start), out=mine)
        return cls(
            seeker,
            np.concatenate([np.empty(0, np.int32), *(candidates.vacancy for candidates, _ in parts)]),
            np.concatenate([np.empty(0, np.float32), *(scores.p_accept for _, scores in parts)]),
            np.concatenate([np.empty(0, np.float32), *(scores.p_hire for _, scores in parts)]),
            ends,
        )


def allocate(night: Night) -> None:
    """Which referrals are made, and the price of every vacancy."""

    def work(_: Report) -> tuple[list[Path], dict[str, Any]]:
        market, edges, headcount = night.market, _Edges.of(night), night.headcount
        employer = pd.factorize(market.vacancies["employer_id"])[0]
        capacity = referral_capacity(headcount, employer, night.policy, len(market.seekers))
        referrals = refer(
            edges.seeker, edges.vacancy, edges.p_accept * edges.p_hire,
            headcount=headcount, capacity=capacity, policy=night.policy,
            priority=priority_weights(
                market.seekers["group_mask"].to_numpy(np.uint16), night.priority_groups, market.as_of
            ),
        )  # fmt: skip
        files = []
        for job, first, end in zip(night.jobs, edges.first, edges.first[1:], strict=False):
            files.append(chosen_path(night.run, job.label))
            write_columns(files[-1], {"chosen": referrals.chosen[first:end]})
        made = np.bincount(edges.vacancy[referrals.chosen], minlength=len(headcount)).astype(np.int32)
        files += [prices_path(night.run), utilities_path(night.run)]
        write_columns(
            prices_path(night.run),
            {"capacity": capacity.astype(np.int32), "referrals": made, "price": referrals.price},
        )
        write_columns(utilities_path(night.run), {"utility": referrals.utility})
        return files, {"certificate": referrals.allocation.certificate, "unseen": referrals.unseen}

    night.step("allocate", work)


def list_everybody(night: Night) -> None:
    """Every shard's lists."""
    night.shards("list", list_shard)


_ALLOCATION = ("allocation", "统筹分配", "allocation with prices")


def _absent(rows: npt.NDArray[np.int32], size: int) -> npt.NDArray[np.int64]:
    return np.flatnonzero(np.bincount(rows, minlength=size) == 0)


def compare(night: Night) -> None:
    """What the allocation is expected to achieve, beside what is done without one."""

    def work(_: Report) -> tuple[list[Path], dict[str, Any]]:
        market, edges, limit = night.market, _Edges.of(night), night.policy.per_seeker
        capacity = read_columns(prices_path(night.run))["capacity"].astype(np.int64)
        pairs = (edges.seeker, edges.vacancy, edges.p_accept * edges.p_hire)
        allocated = [read_columns(chosen_path(night.run, job.label))["chosen"] for job in night.jobs]
        chosen = {
            ("own_best", "各选最优", "everyone's own best"): own_best(*pairs, seeker_limit=limit),
            ("greedy", "贪心分配", "greedy"): greedy(
                *pairs, seeker_limit=limit, capacity=capacity, n_seekers=len(market.seekers)
            ),
            _ALLOCATION: np.concatenate([np.empty(0, bool), *allocated]),
        }
        results = [
            policy_result(
                *names,
                expected_placements(
                    edges.seeker[mask], edges.vacancy[mask], edges.p_accept[mask], edges.p_hire[mask],
                    headcount=night.headcount, capacity=capacity, n_seekers=len(market.seekers),
                    seed=night.folder.plan.seed,
                ),
                market,
            )
            for names, mask in chosen.items()
        ]  # fmt: skip
        shares = pair_shares(market)
        return [], {
            "policies": [asdict(result) for result in results],
            "candidate_share": shares.candidate,
            "eligible_share": shares.eligible,
            "seekers_without_candidates": asdict(
                seekers_without_candidates(market, _absent(edges.seeker, len(market.seekers)))
            ),
            "vacancies_without_candidates": asdict(
                vacancies_without_candidates(market, _absent(edges.vacancy, len(market.vacancies)))
            ),
            "seekers_referred": len(np.unique(edges.seeker[chosen[_ALLOCATION]])),
            "vacancies_referred_to": len(np.unique(edges.vacancy[chosen[_ALLOCATION]])),
        }

    night.step("compare", work)
