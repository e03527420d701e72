"""The command line. Commands import what they need when they run, so that `zhuye --help` answers at once."""

from __future__ import annotations

import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from api import experiment_commands, order_commands, project_commands
from api.evaluation_commands import evaluate
from api.planning_commands import forecast, seats
from api.startup_commands import startup
from api.training_commands import courses
from data.errors import DataError, ZhuyeError

app = typer.Typer(
    name="zhuye",
    help="助业 · 公共就业匹配服务 / matches people to work, and to the training that gets them there",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command()(evaluate)
app.add_typer(experiment_commands.app, name="experiment")
app.add_typer(project_commands.app, name="project")
app.command()(courses)
app.command()(forecast)
app.command()(seats)
app.add_typer(order_commands.app, name="orders")
app.command()(startup)

Language = Literal["zh", "en"]


@app.command("import")
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


@app.command()
def city(
    seekers: Annotated[int, typer.Option(min=1, help="求职者人数 / seekers")] = 20_000,
    vacancies: Annotated[int, typer.Option(min=1, help="在招岗位数 / open vacancies")] = 4_000,
    courses: Annotated[int, typer.Option(min=0, help="培训课程数 / courses")] = 300,
    seed: Annotated[int, typer.Option(help="随机种子 / seed")] = 2014,
) -> None:
    """生成演示城市 (合成数据) / build the demonstration city (synthetic data) in the database."""
    from api.bootstrap import open_services
    from api.jobs.demonstration_city import ensure_city
    from api.jobs.stages import Stages
    from api.service_settings import read_settings
    from data.synthetic_city.settings import CitySettings

    settings = CitySettings(seekers=seekers, vacancies=vacancies, courses=courses, seed=seed, as_of=date.today())
    ensure_city(open_services(read_settings()), Stages(), settings)


@app.command()
def train(
    seed: Annotated[int, typer.Option(help="随机种子 / seed")] = 1,
    despite_fairness: Annotated[
        str | None,
        typer.Option(
            metavar="REASON", help="受保护人群变差仍启用的理由 / why to use it though a group is judged worse"
        ),
    ] = None,
) -> None:
    """训练向量模型与双向排序模型 / train the embedder and, where there is a history, the two-sided ranker."""
    from api.bootstrap import open_services
    from api.jobs.stages import Stages
    from api.jobs.train_models import train_models
    from api.service_settings import read_settings

    train_models(
        open_services(read_settings()), Stages(), seed=seed, today=date.today(), despite_fairness=despite_fairness
    )


@app.command()
def match(
    seeker: Annotated[str | None, typer.Option(help="求职者编号 / a registered seeker's identifier")] = None,
    profile: Annotated[str | None, typer.Option(help="用自己的话介绍 / a person in his own words")] = None,
    corrections: Annotated[
        list[str] | None,
        typer.Option("--set", help="更正读错的内容，如 wage_min_cny_month=4000；等号后为空表示没说 / FIELD=VALUE"),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="岗位数 / vacancies to list")] = 10,
    lang: Annotated[Language, typer.Option(help="语言 / language")] = "zh",
) -> None:
    """为一个人匹配：--profile 或 --seeker / match one person; for everybody: zhuye rematch."""
    from api.bootstrap import open_services
    from api.console import show_matches
    from api.jobs.match_person import match_person
    from api.service_settings import read_settings

    if bool(seeker) == bool(profile):
        raise DataError("give either --seeker or --profile", remedy="to match everybody: zhuye rematch")
    if corrections and not profile:
        raise DataError("--set without --profile", remedy="only what is read from a profile can be corrected")
    found = match_person(
        open_services(read_settings()),
        seeker=seeker, profile=profile, corrections=corrections or (), limit=limit, today=date.today(),
    )  # fmt: skip
    show_matches(found, lang)


@app.command()
def rematch(
    fresh: Annotated[bool, typer.Option("--fresh", help="重新开始，不接续中断的、不沿用已发布的 / begin anew")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="与上一次相比，谁变了、为什么 / who changed, and why")] = False,
    device: Annotated[Literal["cpu", "cuda"] | None, typer.Option(help="计算设备 / where vectors are computed")] = None,
    seed: Annotated[int, typer.Option(help="抽样种子 / seed of the simulated draws")] = 1,
    despite_fairness: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="受保护人群变差仍发布的理由 / why to publish though a group fares worse"),
    ] = None,
) -> None:
    """夜间匹配：全体求职者与全部岗位，中断后再运行即接续 / match everybody; a broken-off run is gone on with."""
    from api.bootstrap import open_services
    from api.console import show_changes, show_run
    from api.jobs.overnight.rematch import current_summary
    from api.jobs.overnight.rematch import rematch as rematch_everybody
    from api.jobs.stages import Stages
    from api.service_settings import read_settings

    settings = read_settings()
    services = open_services(settings.model_copy(update={"device": device}) if device else settings)
    stages, today = Stages(), date.today()
    summary = None if fresh else current_summary(services, today, seed)
    if summary is not None:
        stages.console.print(
            "  今天的匹配已发布，此后没有变化 / published today, nothing changed since (--fresh: anew)"
        )
    try:
        summary = summary or rematch_everybody(
            services, stages, today=today, seed=seed, fresh=fresh, despite_fairness=despite_fairness
        )
    except KeyboardInterrupt:
        stages.console.print("  已中断，再次运行 zhuye rematch 即接续 / interrupted: zhuye rematch goes on from here")
        raise typer.Exit(130) from None
    show_changes(summary) if diff else show_run(summary)


@app.command()
def simulate(
    seekers: Annotated[int, typer.Option(min=1, help="同时在册求职者 / seekers registered at a time")] = 20_000,
    vacancies: Annotated[int, typer.Option(min=1, help="同时在招岗位 / vacancies advertised at a time")] = 4_000,
    months: Annotated[int, typer.Option(min=1, max=36, help="月数 / months")] = 12,
    seeds: Annotated[int, typer.Option(min=1, help="城市数（种子）/ cities, a seed each")] = 5,
    policy: Annotated[
        list[str] | None, typer.Option(help="只模拟这些办法，可重复 / only these policies; may be repeated")
    ] = None,
    courses: Annotated[
        bool, typer.Option("--courses", help="比较选课办法，而不是推荐办法 / policies of courses instead of referrals")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="重新开始 / begin anew")] = False,
) -> None:
    """模拟各推荐办法的一年 (合成数据) / a year of every policy on synthetic cities; goes on where it broke off."""
    from api.jobs.simulate_policies import SimulationSettings, simulate_policies
    from api.jobs.stages import Stages
    from api.service_settings import read_settings
    from api.simulation_table import show_simulation

    settings, stages = read_settings(), Stages()
    wanted = SimulationSettings(seekers, vacancies, months, seeds, tuple(policy or ()), courses)
    try:
        found = simulate_policies(settings.simulations_path, settings.embedder_path, stages, wanted, fresh=fresh)
    except KeyboardInterrupt:
        stages.console.print("  已中断，再次运行同一命令即接续 / interrupted: the same command goes on from here")
        raise typer.Exit(130) from None
    show_simulation(found)


@app.command()
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


@app.command()
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


@app.command()
def rules(lang: Annotated[Language, typer.Option(help="语言 / language")] = "zh") -> None:
    """硬性条件、依据与未知时的问题 / the hard rules, their sources, and what is asked where one is unknown."""
    from api.console import show_rules

    show_rules(lang)


@app.command()
def compliance(lang: Annotated[Language, typer.Option(help="语言 / language")] = "zh") -> None:
    """检查在招岗位有无违法条件、是否缺项 / check open advertisements for unlawful conditions and what is missing."""
    from api.bootstrap import open_services
    from api.console import show_compliance
    from api.jobs.check_advertisements import check_advertisements
    from api.service_settings import read_settings

    show_compliance(check_advertisements(open_services(read_settings()), date.today()), lang)


@app.command()
def demo() -> None:
    """演示：城市、模型、夜间匹配、摘要 / the whole way on the demonstration city; what exists is reused."""
    from api.bootstrap import open_services
    from api.console import show_run
    from api.jobs.demonstration_city import run_demonstration
    from api.jobs.stages import Stages
    from api.service_settings import read_settings
    from data.synthetic_city.settings import CitySettings

    today = date.today()
    show_run(run_demonstration(open_services(read_settings()), Stages(), CitySettings(as_of=today), today))


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址 / address")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="端口 / port")] = None,
) -> None:
    """启动 HTTP 接口，文档在 /docs / serve the HTTP API; its documentation is at /docs."""
    from api.serve import serve_api
    from api.service_settings import read_settings

    settings = read_settings()
    serve_api(settings.model_copy(update={k: v for k, v in (("host", host), ("port", port)) if v is not None}))


@app.command()
def doctor() -> None:
    """自检：安装、数据库、模型、磁盘与内存 / what is installed, which database and models, free disk and memory."""
    from api.doctor import examine
    from api.service_settings import read_settings

    raise typer.Exit(0 if examine(read_settings()) else 1)


@app.command()
def status() -> None:
    """现况：记录数、导入、最近一次匹配 / what the database holds and the last match run."""
    from api.bootstrap import open_services
    from api.console import show_status
    from api.service_settings import read_settings

    show_status(open_services(read_settings()))


@app.command()
def work() -> None:
    """工作进程：执行排队的任务和夜间匹配 / the worker: runs queued jobs and the nightly re-match (ZHUYE_NIGHTLY_AT)."""
    from api.bootstrap import open_services
    from api.jobs.job_queue import Pace
    from api.jobs.worker import run_worker
    from api.service_settings import read_settings

    settings = read_settings()
    run_worker(open_services(settings).engine, settings.nightly_at, pace=Pace())


@app.command()
def jobs(
    run_now: Annotated[bool, typer.Option("--run-now", help="现在排入一次全体匹配 / queue a re-match now")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="任务数 / jobs to list")] = 20,
) -> None:
    """任务：排队、进行中、已结束，下次夜间匹配 / jobs that wait, run and ended, and the next night's."""
    from api.bootstrap import open_services
    from api.job_list import show_jobs
    from api.jobs.job_queue import Pace, queue_rematch
    from api.service_settings import read_settings

    services = open_services(read_settings())
    if run_now:
        queue_rematch(services.engine, Pace(), datetime.now().astimezone())
    show_jobs(services, Pace(), limit)


def main() -> None:
    """Run the command line; an expected failure is told in words and ends with its own exit code."""
    # Idle threads sleep: by default they spin, which on a busy machine slows training from a second to a minute.
    # The libraries read it when they are first imported, by the command.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        app()
    except ZhuyeError as error:
        typer.secho(f"错误 / error: {error}", fg="red", err=True)
        sys.exit(error.exit_code)
    except Exception as error:
        import errno

        from sqlalchemy.exc import OperationalError

        if isinstance(error, OperationalError):
            typer.secho(
                f"错误 / error: 数据库没有应答 / the database does not answer ({error.orig})\n"
                "  → 确认它在运行，再执行一次 / see that it runs, then start again",
                fg="red",
                err=True,
            )
            sys.exit(69)
        if not isinstance(error, OSError):
            raise

        if error.errno != errno.ENOSPC:
            raise
        typer.secho(
            f"错误 / error: 磁盘已满 / the disk is full ({error.filename or 'while writing'})\n"
            "  → 请清理磁盘，或用 ZHUYE_HOME 指向另一磁盘 / free some space, or point ZHUYE_HOME to another disk",
            fg="red",
            err=True,
        )
        sys.exit(74)
