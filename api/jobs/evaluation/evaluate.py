"""The evaluation: what the ledger and the runs show, gathered part by part, and one report of it."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from api.bootstrap import Services
from api.jobs.evaluation.experiment_evidence import experiment_evidence
from api.jobs.evaluation.fairness_evidence import fairness_evidence
from api.jobs.evaluation.outcome_evidence import OutcomeEvidence, outcome_evidence
from api.jobs.evaluation.policy_evidence import policy_evidence
from api.jobs.evaluation.ranking_evidence import ranking_evidence
from api.jobs.evaluation.simulation_evidence import newest_simulation
from api.jobs.evaluation.training_file import TrainingFile, read_training_file
from api.jobs.overnight.run_folder import code_fingerprint
from api.jobs.stages import Stages
from data.columns import Records
from data.errors import DataError
from data.records_digest import records_digest
from data.reference.plan_targets import load_plan_targets
from data.storage.record_repository import load_records
from evaluation.outcomes.measured_cohort import cohort_rows
from evaluation.report.blocks import Report, Section, Words
from evaluation.report.sections.experiment import experiment_section, no_experiment_section
from evaluation.report.sections.fairness import fairness_section
from evaluation.report.sections.off_policy import off_policy_section
from evaluation.report.sections.outcomes import outcome_sections
from evaluation.report.sections.ranking import ranking_section
from evaluation.report.sections.simulation import simulation_section
from evaluation.report.sections.targets import targets_section
from evaluation.report.sections.training_effect import no_training_section, training_section
from evaluation.report.write_report import refuse_foreign_folder, write_report
from evaluation.simulation.comparisons import COURSES, REFERRALS
from evaluation.targets import target_progress
from evaluation.training_effect.training_evidence import training_evidence

FOLLOWED_DAYS = 180
"""Days from the default cohort to the last day observed: its longest horizon."""


def last_day(today: date, wanted: date | None) -> date:
    """The last day of which the ledger is taken to know everything: `wanted`, or yesterday.

    Raises
    ------
    DataError
        That day has not ended.
    """
    if wanted is not None and wanted >= today:
        raise DataError(f"observed until {wanted}: that day has not ended", remedy="choose a day before today")
    return wanted or today - timedelta(days=1)


def evaluate(
    services: Services, stages: Stages, *, observed_until: date, as_of: date | None = None,
    training: Path | None = None, output: Path | None = None, with_rows: bool = False, seed: int = 1,
) -> Path:  # fmt: skip
    """Evaluate and write the report; returns its page. The same database, days and seed give the same bytes.

    Parameters
    ----------
    observed_until
        Last day of which the ledger is taken to know everything.
    as_of
        Day of the cohort; default: 180 days before.
    training
        File of people who were trained or not (`training_file`); none: the effect of training is not estimated.
    output
        Folder of the report; default: in the reports' folder, named by its days.
    with_rows
        Also write the people behind the figures, into a folder beside it that only this user can read.

    Raises
    ------
    DataError
        `as_of` lies after `observed_until`, the file of training cannot be read, or `output` holds other files.
    """
    as_of, today = as_of or observed_until - timedelta(days=FOLLOWED_DAYS), observed_until
    folder = output or services.settings.reports_path / f"evaluation-{as_of}-{observed_until}"
    refuse_foreign_folder(folder)
    given = read_training_file(training) if training else None  # a wrong file is told before the long work
    with stages.stage("读取台账 / read the ledger"), services.engine.connect() as connection:
        records = load_records(connection, with_history=True)
    with stages.stage("队列与成效 / cohorts and outcomes"):
        outcomes = outcome_evidence(records, as_of, observed_until)
        sections = [*outcome_sections(outcomes.stock, outcomes.inflow)]
    with stages.stage("排序与概率 / ranking and probabilities"):
        sections.append(ranking_section(ranking_evidence(services, today, seed)))
    with stages.stage("公平 / fairness"):
        fairness = fairness_evidence(services, today)
        sections.append(fairness_section(fairness.table, fairness.calibration, fairness.verdict, fairness.notes))
    with stages.stage("其他办法、试验、模拟 / other policies, experiment, simulation"):
        sections.append(off_policy_section(policy_evidence(services, today)))
        sections.append(_experiment(services, today))
        for key, comparison, command in (
            ("simulation", REFERRALS, "zhuye simulate"), ("course_simulation", COURSES, "zhuye simulate --courses")
        ):  # fmt: skip
            found = newest_simulation(services.settings.simulations_path, courses=comparison is COURSES)
            sections.append(simulation_section(key, comparison, found, command))
    with stages.stage("培训成效 / effect of training"):
        sections.append(_training(given, seed))
    sections.append(targets_section(target_progress(records, observed_until, load_plan_targets())))
    with stages.stage("写报告 / write the report"):
        report = Report(
            title=Words("成效评估报告", "Did it put people into work?"),
            subtitle=Words(
                f"{as_of} 的求职者，观察至 {observed_until}", f"seekers of {as_of}, observed until {observed_until}"
            ),
            is_synthetic=bool(records.seekers["is_synthetic"].any() or records.vacancies["is_synthetic"].any()),
            inputs=_inputs(records, as_of, observed_until, seed)
            | {
                "已发布的匹配 published run": fairness.run_id or "—",
                "培训文件 file of training, SHA-256": sha256(training.read_bytes()).hexdigest() if training else "—",
            },
            sections=tuple(sections),
        )  # fmt: skip
        page = write_report(report, folder)
        if with_rows:
            _write_rows(records, outcomes, folder.with_name(f"{folder.name}-rows"))
    return page


def _experiment(services: Services, today: date) -> Section:
    found = experiment_evidence(services, today)
    if found is None:
        return no_experiment_section()
    return experiment_section(found.design, len(found.nights), found.standing, found.analysis)


def _training(given: TrainingFile | None, seed: int) -> Section:
    if given is None:
        return no_training_section()
    found = training_evidence(given.records, earlier=given.earlier, groups=given.groups, seed=seed)
    return training_section(found, source=given.name, left_out=given.left_out)


def _inputs(records: Records, as_of: date, observed_until: date, seed: int) -> dict[str, str]:
    return {
        "队列日 as of": str(as_of),
        "观察至 observed until": str(observed_until),
        "随机种子 seed": str(seed),
        "记录 records, SHA-256": records_digest(records),
        "求职者 seekers": f"{len(records.seekers):,}",
        "推荐 referrals": f"{len(records.referrals):,}",
        "台账事件 ledger events": f"{len(records.referral_events):,}",
        "程序 program": code_fingerprint(),
    }


def _write_rows(records: Records, outcomes: OutcomeEvidence, folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)  # one that was there before may have been open to others
    for name, measured in (("stock", outcomes.stock), ("inflow", outcomes.inflow)):
        path = folder / f"{name}.csv"
        path.touch(mode=0o600)
        path.chmod(0o600)
        cohort_rows(records, measured.cohort).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
