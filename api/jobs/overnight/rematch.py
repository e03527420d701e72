"""The overnight run: everybody is matched against everything, referrals are allocated, and the whole is published.

A run is a chain of steps over one folder (`run_folder`); it can be killed at any moment and started again.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from api.bootstrap import Services
from api.jobs.fairness_refusal import refuse_empty_reason
from api.jobs.overnight import (
    allocation_steps,
    candidate_steps,
    course_steps,
    fairness_step,
    lot_steps,
    publication_steps,
)
from api.jobs.overnight.night import Night
from api.jobs.overnight.run_folder import RunFolder, RunPlan, code_fingerprint, list_runs, open_run
from api.jobs.overnight.shard_work import model_fingerprints
from api.jobs.running_experiment import experiment_on
from api.jobs.stages import Stages
from data.errors import ConflictError
from data.records import RunStatus
from data.storage.record_repository import current_revision
from data.storage.run_lock import only_one_run
from data.storage.run_repository import begin_run, fail_run, published_run, resume_run, run_status
from models.torch_device import torch_device

STEPS = (
    candidate_steps.freeze, candidate_steps.match, candidate_steps.seek, candidate_steps.index,
    allocation_steps.allocate, lot_steps.draw, allocation_steps.list_everybody, course_steps.courses,
    course_steps.seats, allocation_steps.compare, lot_steps.log, publication_steps.changes,
    fairness_step.fairness, publication_steps.publish,
)  # fmt: skip

_DECIDING = {
    "candidates", "referrals_per_seeker", "referrals_per_opening", "exploration_share", "shard_seekers", "device",
}  # fmt: skip
"""Settings that decide what a run finds: with others it is another run."""


def current_summary(services: Services, today: date, seed: int) -> dict[str, Any] | None:
    """Summary of the published run, if a run of `today` would be the same: no record, model or setting has changed."""
    with services.engine.connect() as connection:
        run = published_run(connection)
        if run is None or run.summary.get("revision") != current_revision(connection):
            return None
    folder = open_run(services.settings.runs_path / run.run_id)
    if folder is None or folder.plan.differs_from(_plan(services, today, seed)):
        return None
    return run.summary


def rematch(
    services: Services, stages: Stages, *, today: date, seed: int, fresh: bool = False,
    despite_fairness: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Do the night's run, or go on with the one that was broken off; returns the published run's summary.

    Until the run is whole, readers see the one before it.

    Parameters
    ----------
    fresh
        Begin anew even where a run was broken off, or the published one is of the same records, models and settings.
    despite_fairness
        Why the run is to be published also where it worsens a protected group beyond a limit. It is kept in the
        summary and the report.

    Raises
    ------
    DataError
        `despite_fairness` gives no reason.
    WithheldError
        The run worsens a protected group beyond a limit. It is kept, and published by a start that says why.
    RunInProgressError
        Another run is in progress, whoever started it.
    """
    refuse_empty_reason(despite_fairness)
    if services.settings.scheduler is None:
        torch_device(services.settings.device)
    with only_one_run(services.engine):
        if not fresh and (published := current_summary(services, today, seed)) is not None:
            publication_steps.tidy(services, str(published["run_id"]))
            return published
        folder = _open_or_begin(services, stages, _plan(services, today, seed), fresh)
        night = Night(services, stages, folder, despite_fairness)
        try:
            for step in STEPS:
                step(night)
        except Exception:
            # A kill leaves no note, and needs none: both are taken up again. Where the database is gone, or has
            # published the run already, the failure itself says more.
            with suppress(ConflictError, SQLAlchemyError):
                fail_run(services.engine, folder.plan.run_id)
            raise
        summary: dict[str, Any] = folder.found("publish")["summary"]
        publication_steps.tidy(services, folder.plan.run_id)
        return summary


def _plan(services: Services, today: date, seed: int) -> RunPlan:
    settings = services.settings
    with services.engine.connect() as connection:
        previous = published_run(connection)
    experiment = experiment_on(services, today)
    return RunPlan(
        run_id=f"{today.isoformat()}-{datetime.now().strftime('%H%M%S%f')}",
        as_of=today,
        seed=seed,
        code=code_fingerprint(),
        models=model_fingerprints(settings.embedder_path, settings.trained_ranker),
        settings={
            **settings.model_dump(mode="json", include=_DECIDING),
            "experiment": experiment.checksum if experiment else None,
        },
        previous=previous.run_id if previous else None,
    )


def _open_or_begin(services: Services, stages: Stages, plan: RunPlan, fresh: bool) -> RunFolder:
    """The newest unfinished run if its plan is this one, else a new run."""
    engine = services.engine
    for found in list_runs(services.settings.runs_path):
        with engine.connect() as connection:
            status = run_status(connection, found.plan.run_id)
        if status not in (RunStatus.RUNNING, RunStatus.FAILED):
            continue  # it has ended, or is of another database
        differing = found.plan.differs_from(plan)
        if not fresh and not differing:
            resume_run(engine, found.plan.run_id)
            stages.console.print(f"  继续上次中断的匹配 / going on with run {found.plan.run_id}", highlight=False)
            return found
        why = "要求重新开始 / asked for anew" if fresh else f"已不同 / changed: {', '.join(differing)}"
        stages.console.print(f"  放弃未完成的 / leaving run {found.plan.run_id}: {why}", highlight=False)
        if status == RunStatus.RUNNING:
            fail_run(engine, found.plan.run_id)
        found.remove()
    begin_run(
        engine, run_id=plan.run_id, as_of=plan.as_of, seed=plan.seed, code_version=plan.code,
        settings=plan.settings, models=plan.models,
    )  # fmt: skip
    return RunFolder.create(services.settings.runs_path, plan)
