"""`zhuye evaluate`: what the ledger and the runs show, as a report; and two runs beside each other."""

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
