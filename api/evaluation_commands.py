"""`zhuye evaluate`: what the ledger and the runs show; `zhuye simulate`: what policies would do in a year."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from data.errors import DataError


def evaluate(
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="队列日，默认观察至日前 180 天 / day of the cohort")
    ] = None,
    observed_until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="台账完整到哪天，默认昨天 / last day that is known")
    ] = None,
    training: Annotated[
        Path | None,
        typer.Option(help="培训与结果的文件，另估培训成效 / records of training: its effect is estimated too"),
    ] = None,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="RUN_A RUN_B", help="比较两次匹配 / two match runs beside each other"),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="报告文件夹，整个替换 / folder of the report, replaced whole")
    ] = None,
    rows: Annotated[
        bool, typer.Option("--rows", help="另存数字背后的人员明细，仅本人可读 / also the people behind the figures")
    ] = False,
    seed: Annotated[int, typer.Option(help="随机种子 / seed of bootstraps and cross-fitting")] = 1,
) -> None:
    """评估成效，写出一份离线网页报告和表格 / measure what was achieved: one offline HTML report, CSV, XLSX and JSON."""
    from api.bootstrap import open_services
    from api.jobs.evaluation.compare_runs import compare_runs
    from api.jobs.evaluation.evaluate import evaluate as evaluate_all
    from api.jobs.evaluation.evaluate import last_day
    from api.jobs.stages import Stages
    from api.service_settings import read_settings

    services, stages, today = open_services(read_settings()), Stages(), date.today()
    until = last_day(today, observed_until.date() if observed_until else None)
    if compare:
        if as_of or training or rows:
            raise DataError("--compare with --as-of, --training or --rows", remedy="compare runs, or evaluate a cohort")
        page = compare_runs(services, stages, *compare, observed_until=until, output=output)
    else:
        page = evaluate_all(
            services, stages, as_of=as_of.date() if as_of else None, observed_until=until, training=training,
            output=output, with_rows=rows, seed=seed,
        )  # fmt: skip
    stages.console.print(f"报告 / report: {page}", highlight=False)
    if rows:
        stages.console.print(
            f"人员明细 / people behind the figures: {page.parent}-rows\n"
            "  含个人编号；zhuye erase 不会清除这份副本 / names people; zhuye erase does not reach this copy",
            highlight=False,
        )


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
