"""What comes into the database by file, what was published of it, and how a person leaves it for good."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from data.errors import DataError

Language = Literal["zh", "en"]


def import_records(
    kind: Annotated[
        Literal[
            "vacancies",
            "seekers",
            "courses",
            "events",
            "destinations",
            "orders",
            "enrolments",
            "incubators",
            "mentors",
            "startups",
        ],
        typer.Argument(help="文件内容 / what the file holds"),
    ],
    path: Annotated[Path, typer.Argument(help="文件 / the file")],
    file_format: Annotated[
        Literal["auto", "csv", "xlsx", "jobposting", "51job"], typer.Option("--format", help="格式 / file format")
    ] = "auto",
    published_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="文件未写发布日期时采用 / where the file states none")
    ] = None,
) -> None:
    """导入岗位、求职者、课程、结果、去向、订单、报名、孵化基地、导师、创业意愿 / import a file of these."""
    from api.bootstrap import open_services
    from api.console import show_import
    from api.jobs.import_file import import_file
    from api.jobs.import_reported import import_reported
    from api.jobs.stages import Stages
    from api.service_settings import read_settings

    services, stages = open_services(read_settings()), Stages()
    rejects, key = services.settings.home / "rejects", services.personal_data_key
    try:
        with stages.stage(f"导入 / import {path.name}") as report:
            if kind != "vacancies" and kind != "seekers" and kind != "courses":
                summary = import_reported(
                    services.engine, path, kind=kind, file_format=file_format, today=date.today(), key=key,
                    rejects_folder=rejects, report=report, coder=services.coder if kind == "startups" else None,
                )  # fmt: skip
            else:
                summary = import_file(
                    services.engine, path, kind=kind, file_format=file_format,
                    default_date=published_on.date() if published_on else date.today(), key=key,
                    coder=services.coder, rejects_folder=rejects, report=report, today=date.today(),
                )  # fmt: skip
    except KeyboardInterrupt:
        stages.console.print(
            "  已中断；请再导入一次，已存入的记为重复 / interrupted: import it again, what is stored is a duplicate"
        )
        raise typer.Exit(130) from None
    show_import(summary)


def published(
    seeker: Annotated[str | None, typer.Option(help="求职者编号 / a seeker's identifier")] = None,
    vacancy: Annotated[str | None, typer.Option(help="岗位编号 / a vacancy's identifier")] = None,
    courses: Annotated[bool, typer.Option("--courses", help="列出培训而非岗位 / the seeker's courses")] = False,
    course_run: Annotated[str | None, typer.Option(help="培训班编号：名额与候补 / seats of a course run")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="行数 / pairs to list")] = 50,
    lang: Annotated[Language, typer.Option(help="语言 / language")] = "zh",
) -> None:
    """最近一次匹配发布的名单：--seeker 或 --vacancy / what the newest published run lists for one of them."""
    from api.bootstrap import open_services
    from api.ledger_console import show_published
    from api.published_courses_console import print_published_courses
    from api.published_list import published_page
    from api.service_settings import read_settings

    identifier = seeker or vacancy
    if course_run or (courses and seeker and not vacancy):
        print_published_courses(open_services(read_settings()).engine, seeker, course_run, date.today(), limit, lang)
        return
    if identifier is None or (seeker and vacancy):
        raise DataError("give either --seeker or --vacancy", remedy="to match somebody now: zhuye match --seeker")
    if courses:
        raise DataError("--courses goes with --seeker", remedy="seats of a class: --course-run")
    page = published_page(
        open_services(read_settings()).engine, "seekers" if seeker else "vacancies", identifier, today=date.today(),
        limit=limit,
    )  # fmt: skip
    show_published(page, lang)


def erase(
    seeker_id: Annotated[str, typer.Argument(help="求职者编号 / a seeker's identifier")],
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 / do not ask")] = False,
) -> None:
    """彻底删除一个人：身份、登记、推荐、结果、名单 / erase a person for good; it cannot be undone."""
    from api.bootstrap import open_services
    from api.jobs.erase_person import erase_person, person_status
    from api.ledger_console import show_erasure
    from api.service_settings import read_settings

    engine = open_services(read_settings()).engine
    status = person_status(engine, seeker_id)
    if not yes:
        typer.confirm(f"彻底删除 {seeker_id} ({status})，不可恢复？/ erase for good?", abort=True)
    show_erasure(erase_person(engine, seeker_id))
