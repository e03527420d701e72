"""The last steps of the night: what changed, the report, the publication, tidying up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from api.bootstrap import Services
from api.jobs.fairness_refusal import refuse_run
from api.jobs.overnight.course_steps import published_courses, training_summary
from api.jobs.overnight.experiment_arms import enter
from api.jobs.overnight.fairness_step import judged
from api.jobs.overnight.night import TITLES, Night
from api.jobs.overnight.referral_logs import keep_log, tidy_logs
from api.jobs.overnight.run_files import PASSING_FOLDERS, lists_path, prices_path, received_path, utilities_path
from api.jobs.overnight.run_folder import RunFolder, open_run
from api.jobs.stages import Report
from data.column_file import read_columns
from data.market import Market
from data.snapshot import open_snapshot
from data.storage.record_repository import erased_since
from data.storage.run_repository import drop_superseded_lists, publish_run, run_status
from data.whole_file import whole_file
from evaluation.match_run.run_changes import (
    NOTHING_TO_COMPARE,
    REASONS,
    REFERRED,
    ChangeCounts,
    RunLists,
    count_changes,
    run_changes,
)
from evaluation.match_run.run_report import write_report
from evaluation.match_run.run_summary import (
    PolicyResult,
    ReferralsByLot,
    RunSummary,
    StageCost,
    group_sizes,
    shortages,
)
from matching.without_candidates import WithoutCandidates

_CHANGES = "-changes.csv"
_KEPT_RUNS = 2
"""Superseded runs whose results the database keeps: a million seekers take some 2 GB a run."""


def changes(night: Night) -> None:
    """Who gained or lost what since the run before, and why: a file for people, and its sums."""

    def work(_: Report) -> tuple[list[Path], dict[str, Any]]:
        plan = night.folder.plan
        before = open_run(night.run.with_name(plan.previous)) if plan.previous else None
        if before is None or before.note_of("list") is None:
            return [], asdict(NOTHING_TO_COMPARE)
        found = run_changes(
            _listed(before, open_snapshot(before.path / "market" / "snapshot")),
            _listed(night.folder, night.market),
            another_model=plan.decides(before.plan),
        )
        with night.services.engine.connect() as connection:
            erased = erased_since(connection, int(before.found("freeze")["revision"]))
        found = found[~found["seeker_id"].isin(erased)]
        path = night.services.settings.reports_path / f"{plan.run_id}{_CHANGES}"
        _write_changes(path, found)
        touched = found[(found["before"] == REFERRED) | (found["after"] == REFERRED)]
        counted = ChangeCounts(before.plan.run_id, count_changes(found), int(touched["seeker_id"].nunique()), str(path))
        return [], asdict(counted)

    night.step("changes", work)


def _listed(folder: RunFolder, market: Market) -> RunLists:
    """What a run listed."""
    paths = sorted(folder.path.glob("lists/[0-9]*.arrow"))  # none that was being written when the run was killed
    parts = [read_columns(path) for path in paths]
    for part in parts:
        part.setdefault("by_lot", np.zeros(len(part["seeker"]), bool))  # a run of a release that drew nothing
    joined = {
        name: np.concatenate([np.empty(0, dtype), *(part[name] for part in parts)])
        for name, dtype in (("seeker", np.int32), ("vacancy", np.int32), ("is_referral", bool), ("by_lot", bool))
    }
    return RunLists(market, **joined, price=read_columns(prices_path(folder.path), "price")["price"])


def _write_changes(path: Path, found: pd.DataFrame) -> None:
    """The changed pairs as CSV, with the reason in both languages; Excel opens it (UTF-8 with a mark)."""
    reasons = [f"{zh} / {en}" for zh, en in REASONS.values()]
    standings = ["—", "名单 / listed", "推荐 / referred"]
    table = pa.table(
        {
            "求职者 / seeker_id": found["seeker_id"].array,
            "岗位 / vacancy_id": found["vacancy_id"].array,
            "此前 / before": _words(found["before"].to_numpy(), standings),
            "现在 / after": _words(found["after"].to_numpy(), standings),
            "原因 / reason": _words(found["reason"].cat.codes.to_numpy(), reasons),
        }
    )
    with whole_file(path) as fresh, fresh.open("wb") as file:
        fresh.chmod(0o600)  # who was referred where concerns nobody else on this machine
        file.write(b"\xef\xbb\xbf")
        arrow_csv.write_csv(table, file)


def _words(codes: npt.NDArray[np.integer[Any]], words: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(words)).cast(pa.string())


def publish(night: Night) -> None:
    """The report, then everything that readers see, in one transaction."""

    def work(_: Report) -> tuple[list[Path], dict[str, Any]]:
        summary = replace(_summary(night), experiment=enter(night))
        report = write_report(summary, night.services.settings.reports_path)
        refuse_run(summary.fairness.verdict, report)
        revision = night.folder.found("freeze")["revision"]
        usual = night.folder.found("allocate")["usual_prospects"] if len(night.market.seekers) else None
        published = {**asdict(summary), "revision": revision, "report": str(report), "usual_prospects": usual}
        market = night.market
        publish_run(
            night.services.engine,
            night.folder.plan.run_id,
            matches=_lists(night),
            prices=_prices(night),
            utilities=pd.DataFrame(
                {"seeker_id": market.seekers["seeker_id"], **read_columns(utilities_path(night.run))}
            ),
            summary=published,
            courses=published_courses(night),
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
                    for name in ("position", "is_referral", "propensity", "similarity", "p_accept", "p_hire", "score")
                },
                "unknown_rules": lists["unknown"],
            }
        )


def _prices(night: Night) -> pd.DataFrame:
    """Prices of the allocation, and how many referrals there are to each vacancy after the draw."""
    columns = read_columns(prices_path(night.run)) | read_columns(received_path(night.run))
    return pd.DataFrame({"vacancy_id": night.market.vacancies["vacancy_id"], **columns})


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
        by_lot=ReferralsByLot(**compared["by_lot"]),
        ranker={side: str(report["model"]) for side, report in night.services.ranker.manifest["sides"].items()},
        policies=tuple(PolicyResult(**result) for result in compared["policies"]),
        shortages=shortages(market, price),
        stages=tuple(StageCost(TITLES[name], note.seconds, note.peak_mib) for name, note in notes.items()),
        changes=ChangeCounts(**night.folder.found("changes")),
        fairness=judged(night),
        training=training_summary(night),
    )


def tidy(services: Services, run_id: str) -> None:
    """Delete what no later step reads of the published run, and what is left of runs that are no longer compared.

    People erased meanwhile leave these files with them: of each run the market and the lists stay for two nights.
    """
    settings = services.settings
    published = open_run(settings.runs_path / run_id)
    assert published is not None
    keep_log(published, settings.referral_logs_path)
    with services.engine.connect() as connection:
        tidy_logs(settings.referral_logs_path, published.plan.as_of, erased=erased_since(connection, 0))
    published.drop(PASSING_FOLDERS)
    kept = {run_id, published.plan.previous}
    for path in settings.runs_path.iterdir():
        other = open_run(path)
        if path.name in kept:
            continue
        with services.engine.connect() as connection:
            of_another_database = other is not None and run_status(connection, other.plan.run_id) is None
        if not of_another_database:
            RunFolder.remove_folder(path)
    for changes_file in settings.reports_path.glob(f"*{_CHANGES}"):
        if changes_file.name.removesuffix(_CHANGES) not in kept:
            changes_file.unlink(missing_ok=True)
    drop_superseded_lists(services.engine, keep=_KEPT_RUNS)
