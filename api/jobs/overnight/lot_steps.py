"""The steps of the night that have to do with chance: a share of the referrals by lot, and what is kept to learn by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.jobs.overnight.allocation_steps import all_edges
from api.jobs.overnight.night import Night
from api.jobs.overnight.referral_logs import log_files, log_path, write_log
from api.jobs.overnight.run_files import (
    chosen_path,
    greedy_path,
    prices_path,
    propensities_path,
    read_edges,
    received_path,
)
from api.jobs.stages import Report
from data.column_file import read_columns, write_columns
from data.whole_folder import whole_folder
from evaluation.off_policy.run_log import LOGGED_CANDIDATES, RunLog
from matching.exploration import explore

LOGGED_SEEKERS = 20_000
"""Seekers whose candidates are kept for months; of a larger city a random part of about this size."""


def draw(night: Night) -> None:
    """Some referrals are replaced by lot; every candidate's probability of being referred is written down."""

    def work(_: Report) -> tuple[list[Path], dict[str, Any]]:
        edges, ends = all_edges(night)
        plan = night.folder.plan
        chosen = [read_columns(chosen_path(night.run, job.label))["chosen"] for job in night.jobs]
        made = explore(
            edges, np.concatenate([np.empty(0, bool), *chosen]), seeker_limit=night.policy.per_seeker,
            capacity=read_columns(prices_path(night.run), "capacity")["capacity"].astype(np.int64),
            share=night.exploration_share, everyone_seen=night.policy.everyone_seen,
            # Of the seed alone, every night would draw the same people.
            seed=[plan.seed, plan.as_of.toordinal()],
        )  # fmt: skip
        files = []
        for job, first, end in zip(night.jobs, ends, ends[1:], strict=False):
            candidates = read_edges(night.run, job.label)[0]
            files.append(propensities_path(night.run, job.label))
            write_columns(
                files[-1],
                {
                    "seeker": candidates.seeker + np.int32(job.seekers.start), "vacancy": candidates.vacancy,
                    "propensity": made.propensity[first:end], "referred": made.chosen[first:end],
                    "drawn": made.drawn[first:end],
                },
            )  # fmt: skip
        files.append(received_path(night.run))
        received = np.bincount(edges.vacancy[made.chosen], minlength=edges.n_vacancies)
        write_columns(files[-1], {"referrals": received.astype(np.int32)})
        return files, {"drawn": int(made.drawn.sum())}

    night.step("draw", work)


def log(night: Night) -> None:
    """The log of the night that outlives the run: candidates of many seekers, propensities, what others would do."""

    def work(_: Report) -> tuple[list[Path], dict[str, Any]]:
        kept = _kept_seekers(night.market.seekers["seeker_id"].to_numpy(object))
        with whole_folder(log_path(night.run)) as fresh:
            write_log(_run_log(night, kept), fresh)
        return log_files(log_path(night.run)), {"seekers": int(kept.sum())}

    night.step("log", work)


def _kept_seekers(seeker_ids: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Whose candidates are kept, by a hash of the identifier: the same people night after night."""
    if len(seeker_ids) <= LOGGED_SEEKERS:
        return np.ones(len(seeker_ids), dtype=bool)
    return np.asarray(pd.util.hash_array(seeker_ids) < LOGGED_SEEKERS / len(seeker_ids) * 2.0**64)


def _run_log(night: Night, kept: npt.NDArray[np.bool_]) -> RunLog:
    parts = []
    for job in night.jobs:
        candidates, scores = read_edges(night.run, job.label)
        drawn = read_columns(propensities_path(night.run, job.label))
        part = {
            **{name: drawn[name] for name in ("seeker", "vacancy", "propensity", "referred")},
            "greedy": read_columns(greedy_path(night.run, job.label))["chosen"],
            "p_accept": scores.p_accept, "p_hire": scores.p_hire, "similarity": candidates.similarity,
        }  # fmt: skip
        mine = kept[drawn["seeker"]]
        parts.append(pd.DataFrame({name: column[mine] for name, column in part.items()}))
    table = pd.concat(parts, ignore_index=True) if parts else LOGGED_CANDIDATES.empty()
    vacancies = np.unique(table["vacancy"])
    table["seeker"] = (np.cumsum(kept) - 1)[table["seeker"]].astype(np.int32)
    table["vacancy"] = np.searchsorted(vacancies, table["vacancy"]).astype(np.int32)
    market, plan = night.market, night.folder.plan
    return RunLog(
        plan.run_id, plan.as_of, night.exploration_share, night.policy.per_seeker,
        market.seekers["seeker_id"].to_numpy(object)[kept],
        market.vacancies["vacancy_id"].to_numpy(object)[vacancies],
        LOGGED_CANDIDATES.check(table),
    )  # fmt: skip
