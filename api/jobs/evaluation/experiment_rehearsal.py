"""Rehearses a design on the published run's lists, before it is started."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from api.bootstrap import Services
from api.jobs.evaluation.experiment_design import listed_pairs, published_folder
from data.reference.priority_groups import load_priority_groups
from data.snapshot import open_snapshot
from evaluation.experiments.design import ExperimentDesign
from evaluation.experiments.design_file import read_design
from evaluation.experiments.market_cells import seeker_cells
from evaluation.experiments.rehearsal import RehearsedCity, rehearse
from matching.allocation_policy import ReferralPolicy, priority_weights, referral_capacity
from matching.candidate_edges import ordered_edges


def rehearse_design(services: Services, path: Path, rehearsals: int) -> tuple[ExperimentDesign, pd.DataFrame]:
    """The design of a file and its rehearsal (`REHEARSED`) on the pairs that the published run listed.

    Raises
    ------
    NotFoundError, DataError
        As `read_design`, or there is no published run on this machine.
    """
    design, folder = read_design(path), published_folder(services)
    market, settings = open_snapshot(folder.path / "market" / "snapshot"), folder.plan.settings
    policy = ReferralPolicy(settings["referrals_per_seeker"], settings["referrals_per_opening"])
    listed = listed_pairs(folder.path, "seeker", "vacancy", "p_accept", "p_hire")
    edges, order = ordered_edges(
        listed["seeker"].astype(np.int32), listed["vacancy"].astype(np.int32), listed["p_accept"] * listed["p_hire"],
        n_seekers=len(market.seekers), n_vacancies=len(market.vacancies),
    )  # fmt: skip
    headcount = market.vacancies["headcount"].to_numpy(np.int64)
    employer = pd.factorize(market.vacancies["employer_id"])[0]
    city = RehearsedCity(
        edges=edges,
        p_accept=listed["p_accept"][order],
        p_hire=listed["p_hire"][order],
        headcount=headcount,
        capacity=referral_capacity(headcount, employer, policy, len(market.seekers)),
        priority=priority_weights(
            market.seekers["group_mask"].to_numpy(np.uint16), load_priority_groups(), market.as_of
        ),
        policy=policy,
        market=design.market_of_cells(seeker_cells(market, design.grid)),
    )
    return design, rehearse(city, design.arms, design.saturations, rehearsals=rehearsals, seed=design.seed)
