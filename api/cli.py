"""The command line. Commands import what they need when they run, so that `zhuye --help` answers at once."""

from __future__ import annotations

import os
import sys
from datetime import date, datetime
from typing import Annotated, Literal

import typer

from api import experiment_commands, order_commands, project_commands
from api.evaluation_commands import evaluate, simulate
from api.planning_commands import forecast, seats
from api.record_commands import erase, import_records, published
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
app.command("import")(import_records)
app.command()(simulate)
app.command()(published)
app.command()(erase)

Language = Literal["zh", "en"]


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
