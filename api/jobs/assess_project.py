"""Assess a planned project against the market as it stands; its posts are never stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from api.bootstrap import Services
from api.jobs.refuse_unlawful import refuse_unlawful
from api.jobs.rejects_file import write_rejects
from api.jobs.stages import Report, Stages
from api.live_market import LiveMarket
from api.trainee_facts import trainee_facts
from api.withheld_origins import withheld_origins
from data.errors import DataError
from data.ingest.project_file import PlannedProject, read_project
from data.ingest.rejects import Reject, rejects_table
from data.market import market_from_records
from data.reference.occupations import load_occupations
from data.reference.priority_groups import load_priority_groups
from matching.allocation_policy import ReferralPolicy, priority_weights
from models.embedder import encode
from models.job_text import vacancy_texts
from models.occupation_coder import OccupationCoder, code_titles, rank_occupations
from training_recs.project_assessment.assess_project import AssessmentSettings, ProjectAssessment, assess_project
from training_recs.project_assessment.planned_market import with_posts

_SUGGESTED = 3
NO_IMPORT = 0
"""Stands for the number of an import in the name of the rejects file: a project is not imported."""


@dataclass(frozen=True)
class CityProject:
    """A project's assessment on `as_of`.

    Attributes
    ----------
    assessment
        Of the posts that were not rejected.
    origins
        As `assessment.origins`, small cells withheld (`withheld_origins`).
    rejects
        Laid out as `data.ingest.rejects.REJECTS`; `rows` counts the posts of the file, `rejects_path` is the rejects
        file, None where nothing was rejected or there is no file.
    calibrated
        The ranker learnt from outcomes; else expected placements are of the documented prior.
    """

    name: str
    as_of: date
    assessment: ProjectAssessment
    origins: pd.DataFrame
    rejects: pd.DataFrame
    rows: int
    is_synthetic: bool
    calibrated: bool
    rejects_path: Path | None = None


def assess_file(services: Services, stages: Stages, path: Path, *, today: date) -> CityProject:
    """Assess the project of a file in the template; rejected rows also go to a file under `home/rejects`.

    Raises
    ------
    NotFoundError, DataError
        The file cannot be read, or none of its posts can be assessed: the message names row, column and reason.
    """
    with stages.stage("读取项目 / read the project"):
        project = checked(read_project(path, today=today), services.coder)
        rejects_path = write_rejects(services.settings.home / "rejects", NO_IMPORT, path, project.parsed.rejects)
        _some_post(project)
        live = LiveMarket(services, lambda: today)
        live.current()
    with stages.stage("评估 / assess: candidates, with and without, people, training") as report:
        found = assess(services, live, project, report=report)
    return replace(found, rejects_path=rejects_path)


def checked(project: PlannedProject, coder: OccupationCoder) -> PlannedProject:
    """The project without unlawful posts, its occupations coded by title where no code is given."""
    return _coded(replace(project, parsed=refuse_unlawful(project.parsed)), coder)


def _some_post(project: PlannedProject) -> None:
    if project.parsed.records.vacancies.empty:
        reasons = [
            f"row {row['file_row']}, {row['file_column']}: {row['found']!r}, expected {row['expected']}"
            for row in project.parsed.rejects.to_dict("records")
        ]
        raise DataError(
            f"项目没有可评估的岗位 / no post of the project can be assessed: {'; '.join(reasons)}",
            remedy="改正后再评估；模板：zhuye project template / correct it and assess again",
        )


def _coded(project: PlannedProject, coder: OccupationCoder) -> PlannedProject:
    """Codes of titles; a title that the coder does not know is rejected with the occupations that come nearest."""
    vacancies = project.parsed.records.vacancies
    uncoded = np.flatnonzero(vacancies["occupation_code"].isna())
    titles = vacancies["title"].iloc[uncoded].tolist()
    codes = code_titles(coder, titles)["occupation_code"]
    coded = vacancies.copy()
    coded.loc[uncoded, "occupation_code"] = codes.array
    unknown = [(title, row) for title, row, code in zip(titles, uncoded, codes, strict=True) if pd.isna(code)]
    rejects, table = [], load_occupations()
    for title, row in unknown:
        near = table.iloc[rank_occupations(coder, [title], _SUGGESTED)[0][0]]
        choices = "、".join(f"{code} {name}" for code, name in zip(near["code"], near["name"], strict=True))
        told = f"职业不明，请在“职业”栏填代码 / a code in the column 职业; nearest: {choices}"
        rejects.append((project.parsed.lines[vacancies["vacancy_id"].iloc[row]], Reject("岗位名称", title, told)))
    known = coded["occupation_code"].notna()
    gone = set(coded.loc[~known, "vacancy_id"])
    asked = project.parsed.records.vacancy_credentials
    joined = pd.concat([project.parsed.rejects, rejects_table(rejects)], ignore_index=True)
    return replace(
        project,
        parsed=replace(
            project.parsed,
            records=replace(
                project.parsed.records,
                vacancies=coded[known].reset_index(drop=True),
                vacancy_credentials=asked[~asked["vacancy_id"].isin(gone)].reset_index(drop=True),
            ),
            rejects=joined.sort_values("file_row", kind="stable", ignore_index=True),
        ),
    )


def assess(
    services: Services, live: LiveMarket, project: PlannedProject, *, report: Report | None = None
) -> CityProject:
    """Assess a checked project beside the market of this moment, by the settings of the night."""
    settings, state = services.settings, live.current()
    everything, desk = state.as_one(), services.course_desk.open(state)
    market = replace(everything.market, courses=desk.courses)
    # An advertisement of the project is as old as the market it is set beside.
    records = project.parsed.records
    day = pd.Series(pd.Timestamp(market.as_of), index=records.vacancies.index)
    open_now = replace(records, vacancies=records.vacancies.assign(published_on=day.astype("datetime64[s]")))
    posts = market_from_records(open_now, market.as_of).vacancies
    planned = with_posts(
        market, posts,
        starts_on=np.array([project.starts_on[one] for one in posts["vacancy_id"]], dtype="datetime64[D]"),
        seeker_vectors=everything.seeker_vectors, vacancy_vectors=everything.vacancy_vectors,
        post_vectors=encode(services.embedder, vacancy_texts(posts)),
    )  # fmt: skip
    with services.engine.connect() as connection:
        facts = trainee_facts(connection, market)
    found = assess_project(
        planned, services.ranker, desk.catalogue, desk.policy,
        priority=priority_weights(
            market.seekers["group_mask"].to_numpy(np.uint16), load_priority_groups(), market.as_of
        ),
        settings=AssessmentSettings(
            ReferralPolicy(per_seeker=settings.referrals_per_seeker, per_opening=settings.referrals_per_opening),
            settings.candidates,
        ),
        facts=facts, report=report,
    )  # fmt: skip
    return CityProject(
        name=project.name,
        as_of=market.as_of,
        assessment=found,
        origins=withheld_origins(found.origins, found.totals.referred),
        rejects=project.parsed.rejects,
        rows=project.parsed.rows,
        is_synthetic=market.is_synthetic,
        calibrated=services.ranker.calibrated,
    )
