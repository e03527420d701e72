"""How a night obeys an experiment: every seeker's arm, referrals by arm, unpriced lists, and who entered.

Whoever entered on an earlier night keeps market and arm, though he has moved or wants other work since.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.jobs.overnight.night import Night
from api.jobs.overnight.run_files import arms_path, propensities_path
from data.column_file import read_columns, write_columns
from data.storage.experiment_repository import load_members, store_members, store_night
from evaluation.experiments.analysis_plan import POLICY_NAMES
from evaluation.experiments.design import ARM_NAMES, ARM_NAMES_ZH, ExperimentDesign, assign
from evaluation.experiments.experiment_night import ArmNight, ExperimentNight
from evaluation.experiments.market_cells import seeker_cells
from matching.allocation_policy import Referrals, refer, referral_capacity
from matching.arm_referrals import ArmPolicy, refer_by_arm
from matching.candidate_edges import CandidateEdges

Ints = npt.NDArray[np.int64]


def refer_everybody(
    night: Night, edges: CandidateEdges, *, employer: Ints, capacity: Ints, priority: npt.NDArray[np.float64]
) -> tuple[Referrals, list[Path]]:
    """The night's referrals, by arm where an experiment runs; and the files that say who is in which arm."""
    design = night.experiment
    if design is None:
        return refer(edges, headcount=night.headcount, capacity=capacity, policy=night.policy, priority=priority), []
    arms = _arms(night, design)
    write_columns(arms_path(night.run), arms)
    limits = [rule.limits(night.policy) for rule in design.arms]
    referrals = refer_by_arm(
        edges, arms["treated"].astype(np.int8), design.arms,
        headcount=night.headcount,
        capacity=[
            np.minimum(capacity, referral_capacity(night.headcount, employer, own, len(night.market.seekers)))
            for own in limits
        ],
        priority=priority, policy=night.policy, seed=night.folder.plan.seed,
    )  # fmt: skip
    return referrals, [arms_path(night.run)]


def _arms(night: Night, design: ExperimentDesign) -> dict[str, npt.NDArray[Any]]:
    """Of every seeker, in the market's order: market number, arm, whether lists are priced, whether he is new."""
    seekers = night.market.seekers
    now = assign(design, seekers["seeker_id"].tolist(), seeker_cells(night.market, design.grid))
    with night.services.engine.connect() as connection:
        earlier = load_members(connection, design.name).set_index("seeker_id")
    row = pd.Index(earlier.index).get_indexer(pd.Index(now["seeker_id"]))
    known = row >= 0
    number = {market.name: n for n, market in enumerate(design.markets)}
    market, treated = now["market"].map(number).to_numpy(np.int32), now["treated"].to_numpy(bool)
    market[known] = earlier["market"].map(number).to_numpy(np.int32)[row[known]]
    treated[known] = earlier["treated"].to_numpy(bool)[row[known]]
    priced = np.array([rule.policy is ArmPolicy.PRICES for rule in design.arms])
    return {"market": market, "treated": treated, "priced": priced[treated.astype(np.int64)], "is_new": ~known}


def enter(night: Night) -> ExperimentNight | None:
    """Store who entered with this night and that it obeyed; what it did, for its report. None without an experiment."""
    design = night.experiment
    if design is None:
        return None
    plan, arms = night.folder.plan, read_columns(arms_path(night.run))
    referrals = np.zeros(len(night.market.seekers), dtype=np.int64)
    for job in night.jobs:
        edges = read_columns(propensities_path(night.run, job.label), "seeker", "referred")
        referrals += np.bincount(edges["seeker"][edges["referred"]], minlength=len(referrals))
    treated, new = arms["treated"], np.flatnonzero(arms["is_new"])
    seekers = night.market.seekers
    markets = [design.markets[number] for number in arms["market"][new]]
    entering = pd.DataFrame(
        {
            "experiment": design.name,
            "seeker_id": seekers["seeker_id"].to_numpy()[new],
            "market": [market.name for market in markets],
            "saturation": [str(market.saturation) for market in markets],
            "treated": treated[new],
            "assigned_on": pd.Timestamp(plan.as_of),
            "group_mask": seekers["group_mask"].to_numpy()[new],
            "run_id": plan.run_id,
        }
    )
    found = ExperimentNight(
        design.name, design.checksum, design.ends_on.isoformat(), len(new),
        tuple(_arm_night(design, arm, referrals[treated == bool(arm)]) for arm in range(len(ARM_NAMES))),
    )  # fmt: skip
    control, treatment = found.arms
    with night.services.engine.begin() as connection:
        store_members(connection, entering)
        store_night(
            connection,
            {
                "experiment": design.name, "run_id": plan.run_id, "as_of": plan.as_of, "entered": len(new),
                "control_seekers": control.seekers, "treated_seekers": treatment.seekers,
                "control_referrals": control.referrals, "treated_referrals": treatment.referrals,
            },
        )  # fmt: skip
    return found


def _arm_night(design: ExperimentDesign, arm: int, referrals: Ints) -> ArmNight:
    zh, en = POLICY_NAMES[design.arms[arm].policy]
    return ArmNight(
        ARM_NAMES[arm], ARM_NAMES_ZH[arm], zh, en, len(referrals), int((referrals > 0).sum()), int(referrals.sum())
    )
