"""The steps of the overnight run, in their order. Each does nothing where its note says that it is done."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.bootstrap import Services
from api.jobs.run_folder import RunFolder, StepNote, list_runs
from api.jobs.run_shards import run_shards
from api.jobs.shard_work import (
    PEOPLE_SOUGHT,
    ShardJob,
    added_path,
    chosen_path,
    edges_path,
    find_people,
    found_path,
    list_shard,
    lists_path,
    match_shard,
    prices_path,
    read_edges,
    unnamed_path,
    vectors_path,
)
from api.jobs.stages import Report, Stages
from api.prepared_market import course_index, freeze_market, vacancy_index, write_note
from data.column_file import read_columns, write_columns
from data.market import Market
from data.reference.priority_groups import PriorityGroup, load_priority_groups
from data.snapshot import open_snapshot, write_snapshot
from data.storage.run_repository import forget_superseded_runs, publish_run
from data.whole_folder import whole_folder
from evaluation.expected_placements import expected_placements
from evaluation.report import write_report
from evaluation.run_summary import PolicyResult, RunSummary, StageCost, group_sizes, policy_result, shortages
from matching.allocation_policy import ReferralPolicy, priority_weights, refer, referral_capacity
from matching.eligibility import pair_shares
from matching.unallocated_referrals import greedy, own_best
from matching.without_candidates import (
    WithoutCandidates,
    seekers_without_candidates,
    vacancies_without_candidates,
)
from models.vector_index import build_index, load_index, save_index

_KEPT_RUNS = 7
TITLES = {
    "freeze": "冻结市场、岗位向量 / freeze the market, embed vacancies",
    "match": "求职者向量、检索、双向评分 / embed seekers, retrieve, score both sides",
    "seek": "为无人匹配的岗位找人 / seek people for vacancies that no list names",
    "index": "建立索引 / index",
    "allocate": "统筹分配 / allocate referrals",
    "list": "生成名单 / make lists",
    "compare": "比较办法 / compare policies",
    "publish": "发布 / publish",
}


@dataclass(frozen=True)
class Night:
    """A run in its folder, with what it is run by."""

    services: Services
    stages: Stages
    folder: RunFolder

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
                settings.trained_ranker,
            )
            for number, first in enumerate(range(0, seekers, size))
        ]  # fmt: skip

    @cached_property
    def priority_groups(self) -> list[PriorityGroup]:
        """Groups that count more on the run's day."""
        return [group for group in load_priority_groups() if group.in_force(self.folder.plan.as_of)]

    @property
    def policy(self) -> ReferralPolicy:
        """What the city allows and wants."""
        settings = self.folder.plan.settings
        return ReferralPolicy(
            per_seeker=settings["referrals_per_seeker"], per_opening=settings["referrals_per_opening"]
        )

    @property
    def headcount(self) -> npt.NDArray[np.int64]:
        """Openings of every vacancy."""
        return self.market.vacancies["headcount"].to_numpy(np.int64)

    def step(self, name: str, work: Callable[[Report], tuple[Iterable[Path], dict[str, Any]]]) -> StepNote:
        """Do the step unless it is done. `work` returns the files it made and what it found."""
        done = self.folder.note_of(name)
        if done is not None:
            return done
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
            return files, {
                "earlier_seconds": sum(note.seconds for note in before),
                "peak_mib": max((note.peak_mib for note in notes if note), default=0.0),
                **found,
            }

        self.step(name, all_shards)


def freeze(night: Night) -> None:
    """The database as one transaction sees it, as files; vacancies and courses with their vectors."""

    def work(_: Report) -> tuple[list[Path], dict[str, Any]]:
        plan, embedder = night.folder.plan, night.services.embedder
        market, revision = freeze_market(night.services.engine, plan.as_of)
        target = night.run / "market"
        with whole_folder(target) as fresh:
            write_snapshot(market, fresh / "snapshot")
            save_index(vacancy_index(market, embedder), fresh / "vacancies")
            save_index(course_index(market, embedder), fresh / "courses")
            write_note(fresh, revision=revision, embedder=plan.models["embedder"])
        files = [target / "snapshot" / "manifest.json", *(target / name / "index.faiss" for name in _INDEXES)]
        return files, {"revision": revision, "seekers": len(market.seekers), "vacancies": len(market.vacancies)}

    night.step("freeze", work)


_INDEXES = ("vacancies", "courses")


def match(night: Night) -> None:
    """Every shard's candidates and their scores."""
    night.shards("match", match_shard)


def seek(night: Night) -> None:
    """Further candidates, so that a vacancy which somebody may take is seen though nobody's candidates name it."""
    if night.folder.note_of("seek"):
        return
    named = np.zeros(night.folder.found("freeze")["vacancies"], dtype=bool)
    for job in night.jobs:
        named[read_columns(edges_path(night.run, job.label), "vacancy")["vacancy"]] = True
    write_columns(unnamed_path(night.run), {"vacancy": np.flatnonzero(~named).astype(np.int32)})
    night.shards("seek", find_people, done=_keep_most_similar)


def _keep_most_similar(night: Night) -> tuple[list[Path], dict[str, Any]]:
    """Of the people found in all shards the most similar ones, as further candidates of their shards."""
    found = {job.number: path for job in night.jobs if (path := found_path(night.run, job.label)).exists()}
    if not found:
        return [], {"pairs": 0}
    parts = [read_columns(path) for path in found.values()]
    shard = np.repeat(list(found), [len(part["vacancy"]) for part in parts])
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    # Shards are in the order of their seekers: so are equally similar people, by shard, then row.
    order = np.lexsort((joined["seeker"], shard, -joined["similarity"], joined["vacancy"]))
    ordered = joined["vacancy"][order]
    place = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    kept = np.sort(order[place < PEOPLE_SOUGHT])
    for job in night.jobs:
        mine = kept[shard[kept] == job.number]
        write_columns(added_path(night.run, job.label), {name: column[mine] for name, column in joined.items()})
    files = [added_path(night.run, job.label) for job in night.jobs]
    return files, {"pairs": len(kept)}


def index(night: Night) -> None:
    """One index of all seekers; the market is then what the service answers from."""

    def work(_: Report) -> tuple[list[Path], dict[str, Any]]:
        parts = [np.load(vectors_path(night.run, job.label), mmap_mode="r") for job in night.jobs]
        width = load_index(night.run / "market" / "vacancies").index.d
        vectors = np.concatenate([np.empty((0, width), np.float32), *parts])
        with whole_folder(night.run / "market" / "seekers") as fresh:
            save_index(build_index(night.market.seekers["seeker_id"], vectors), fresh)
        with whole_folder(night.services.settings.market_path) as fresh:
            shutil.copytree(night.run / "market", fresh, copy_function=_link, dirs_exist_ok=True)
        return [night.run / "market" / "seekers" / "index.faiss"], {}

    night.step("index", work)


def _link(source: str, target: str) -> None:
    """A second name for the same file, or a copy where the folders are on different disks."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


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
        files += [prices_path(night.run), _utilities_path(night.run)]
        write_columns(
            prices_path(night.run),
            {"capacity": capacity.astype(np.int32), "referrals": made, "price": referrals.price},
        )
        write_columns(_utilities_path(night.run), {"utility": referrals.utility})
        return files, {"certificate": referrals.allocation.certificate, "unseen": referrals.unseen}

    night.step("allocate", work)


def _utilities_path(run: Path) -> Path:
    return run / "utilities.arrow"


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


def publish(night: Night) -> None:
    """The report, then everything that readers see, in one transaction."""

    def work(_: Report) -> tuple[list[Path], dict[str, Any]]:
        summary = _summary(night)
        report = write_report(summary, night.services.settings.reports_path)
        revision = night.folder.found("freeze")["revision"]
        published = {**asdict(summary), "revision": revision, "report": str(report)}
        market = night.market
        publish_run(
            night.services.engine,
            night.folder.plan.run_id,
            matches=_lists(night),
            prices=pd.DataFrame({"vacancy_id": market.vacancies["vacancy_id"], **read_columns(prices_path(night.run))}),
            utilities=pd.DataFrame(
                {"seeker_id": market.seekers["seeker_id"], **read_columns(_utilities_path(night.run))}
            ),
            summary=published,
        )
        return [], {"summary": published}

    night.step("publish", work)


def _lists(night: Night) -> Iterator[pd.DataFrame]:
    """Lists of one shard after another, with identifiers."""
    seeker_ids, vacancy_ids = night.market.seekers["seeker_id"].array, night.market.vacancies["vacancy_id"].array
    for job in night.jobs:
        lists = read_columns(lists_path(night.run, job.label))
        yield pd.DataFrame(
            {
                "seeker_id": seeker_ids[lists["seeker"]],
                "vacancy_id": vacancy_ids[lists["vacancy"]],
                **{
                    name: lists[name]
                    for name in ("position", "is_referral", "similarity", "p_accept", "p_hire", "score")
                },
                "unknown_rules": lists["unknown"],
            }
        )


def _summary(night: Night) -> RunSummary:
    market, plan = night.market, night.folder.plan
    compared, allocated = night.folder.found("compare"), night.folder.found("allocate")
    price = read_columns(prices_path(night.run), "price")["price"]
    notes = {name: note for name in TITLES if (note := night.folder.note_of(name))}
    return RunSummary(
        run_id=plan.run_id,
        as_of=plan.as_of.isoformat(),
        is_synthetic=market.is_synthetic,
        seekers=len(market.seekers),
        vacancies=len(market.vacancies),
        openings=int(night.headcount.sum()),
        courses=len(market.courses),
        groups=group_sizes(market),
        candidate_share=compared["candidate_share"],
        eligible_share=compared["eligible_share"],
        seekers_referred=compared["seekers_referred"],
        vacancies_referred_to=compared["vacancies_referred_to"],
        seekers_without_candidates=WithoutCandidates(**compared["seekers_without_candidates"]),
        vacancies_without_candidates=WithoutCandidates(**compared["vacancies_without_candidates"]),
        vacancies_unseen=allocated["unseen"],
        referrals_per_seeker=night.policy.per_seeker,
        referrals_per_opening=night.policy.per_opening,
        priority={str(group.group): group.weight for group in night.priority_groups},
        certificate=allocated["certificate"],
        ranker={side: str(report["model"]) for side, report in night.services.ranker.manifest["sides"].items()},
        policies=tuple(PolicyResult(**result) for result in compared["policies"]),
        shortages=shortages(market, price),
        stages=tuple(StageCost(TITLES[name], note.seconds, note.peak_mib) for name, note in notes.items()),
    )


def tidy(night: Night) -> dict[str, Any]:
    """Delete what no later step reads, and runs that are no longer compared; returns the published summary."""
    for name in ("edges", "vectors", "found", "added", "chosen"):
        shutil.rmtree(night.run / name, ignore_errors=True)
    kept = {night.folder.plan.run_id, night.folder.plan.previous}
    for other in list_runs(night.services.settings.runs_path):
        if other.plan.run_id not in kept:
            other.remove()
    forget_superseded_runs(night.services.engine, keep=_KEPT_RUNS)
    summary: dict[str, Any] = night.folder.found("publish")["summary"]
    return summary
