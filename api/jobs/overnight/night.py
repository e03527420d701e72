"""A night's run with all that its steps need, and how a step is done once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from api.bootstrap import Services
from api.jobs.overnight.run_folder import RunFolder, StepNote
from api.jobs.overnight.run_shards import run_shards
from api.jobs.overnight.shard_work import ShardJob
from api.jobs.running_experiment import experiment_on
from api.jobs.stages import Report, Stages
from data.errors import DataError
from data.market import Market
from data.reference.priority_groups import PriorityGroup, load_priority_groups
from data.snapshot import open_snapshot
from evaluation.experiments.design import ExperimentDesign
from matching.allocation_policy import ReferralPolicy

TITLES = {
    "freeze": "冻结市场、岗位向量 / freeze the market, embed vacancies",
    "match": "求职者向量、检索、双向评分 / embed seekers, retrieve, score both sides",
    "seek": "为无人匹配的岗位找人 / seek people for vacancies that no list names",
    "index": "建立索引 / index",
    "allocate": "统筹分配 / allocate referrals",
    "draw": "抽签试推 / draw a share by lot",
    "list": "生成名单 / make lists",
    "courses": "推荐培训 / recommend courses",
    "seats": "分配培训名额 / allocate seats of courses",
    "compare": "比较办法 / compare policies",
    "log": "留存候选与推荐概率 / keep candidates and propensities",
    "changes": "与上一次相比 / changes since the run before",
    "fairness": "按受保护人群计 / figures by protected group",
    "publish": "发布 / publish",
}


@dataclass(frozen=True)
class Night:
    """A run in its folder, with what it is run by.

    `despite_fairness`: why it is to be published though a protected group fares worse; None: it is not.
    """

    services: Services
    stages: Stages
    folder: RunFolder
    despite_fairness: str | None = None

    @property
    def run(self) -> Path:
        """The run's folder."""
        return self.folder.path

    @cached_property
    def market(self) -> Market:
        """The frozen market."""
        return open_snapshot(self.run / "market" / "snapshot")

    @cached_property
    def jobs(self) -> list[ShardJob]:
        """The shards: seekers in the market's order, so many at a time."""
        seekers, size = self.folder.found("freeze")["seekers"], self.folder.plan.settings["shard_seekers"]
        settings = self.services.settings
        return [
            ShardJob(
                self.run, number, range(first, min(first + size, seekers)), settings.embedder_path,
                settings.trained_ranker, settings.device,
            )
            for number, first in enumerate(range(0, seekers, size))
        ]  # fmt: skip

    @cached_property
    def priority_groups(self) -> list[PriorityGroup]:
        """Groups that count more on the run's day."""
        return [group for group in load_priority_groups() if group.in_force(self.folder.plan.as_of)]

    @cached_property
    def experiment(self) -> ExperimentDesign | None:
        """The experiment that the run obeys.

        Raises
        ------
        DataError
            Its design is not the one that the run was begun with.
        """
        begun_with = self.folder.plan.settings.get("experiment")
        if begun_with is None:
            return None
        design = experiment_on(self.services, self.folder.plan.as_of)
        if design is None or design.checksum != begun_with:
            raise DataError(
                f"run {self.folder.plan.run_id} was begun under another experiment than ZHUYE_EXPERIMENT names",
                remedy="set it back, or begin anew: zhuye rematch --fresh",
            )
        return design

    @property
    def policy(self) -> ReferralPolicy:
        """What the city allows and wants."""
        settings = self.folder.plan.settings
        return ReferralPolicy(
            per_seeker=settings["referrals_per_seeker"], per_opening=settings["referrals_per_opening"]
        )

    @property
    def exploration_share(self) -> float:
        """Chance that a place of a list goes by lot."""
        return float(self.folder.plan.settings["exploration_share"])

    @property
    def headcount(self) -> npt.NDArray[np.int64]:
        """Openings of every vacancy."""
        return self.market.vacancies["headcount"].to_numpy(np.int64)

    def step(self, name: str, work: Callable[[Report], tuple[Iterable[Path], dict[str, Any]]]) -> StepNote:
        """Do the step unless it is done. `work` returns the files it made and what it found."""
        done = self.folder.note_of(name)
        if done is not None:
            return done
        later = list(TITLES)[list(TITLES).index(name) + 1 :]
        self.folder.forget(*later)
        with self.stages.stage(TITLES[name]) as report:
            files, found = work(report)
        timing = self.stages.timings[-1]
        earlier = float(found.pop("earlier_seconds", 0.0))
        peak = max(timing.peak_mib, found.pop("peak_mib", 0.0))
        return self.folder.finish(name, files, seconds=timing.seconds + earlier, peak_mib=peak, found=found)

    def shards(
        self,
        name: str,
        work: Callable[[ShardJob], None],
        *,
        done: Callable[[Night], tuple[list[Path], dict[str, Any]]] = lambda _: ([], {}),
    ) -> None:
        """Do a step shard by shard; `done`, called when all are there, returns the step's own files and findings."""

        def all_shards(report: Report) -> tuple[list[Path], dict[str, Any]]:
            before = [note for job in self.jobs if (note := self.folder.note_of(f"{name}-{job.label}"))]
            run_shards(work, self.jobs, scheduler=self.services.settings.scheduler, report=report)
            notes = [self.folder.note_of(f"{name}-{job.label}") for job in self.jobs]
            files, found = done(self)
            files += [self.run / name for note in notes if note for name in note.files]
            return files, {
                "earlier_seconds": sum(note.seconds for note in before),
                "peak_mib": max((note.peak_mib for note in notes if note), default=0.0),
                **found,
            }

        self.step(name, all_shards)
