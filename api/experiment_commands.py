"""Commands about experiments over markets. They import what they need when they run, as those of `api.cli`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(
    help="市场随机试验：设计、开始、现况、分析 / experiments over markets: design, start, status, analysis",
    no_args_is_help=True,
)
Policy = Literal["prices", "own_best", "greedy"]
DesignFile = Annotated[Path, typer.Argument(help="设计文件 / the design file")]
_DAY = ["%Y-%m-%d"]


@app.command()
def design(
    name: Annotated[str, typer.Argument(help="名称：字母、数字、- _ / letters, digits, - and _")],
    hypothesis_zh: Annotated[str, typer.Option("--hypothesis-zh", help="假设，中文 / the hypothesis in Chinese")],
    hypothesis_en: Annotated[str, typer.Option("--hypothesis-en", help="假设，英文 / the hypothesis in English")],
    starts_on: Annotated[datetime, typer.Option("--start", formats=_DAY, help="首夜 / first night")],
    ends_on: Annotated[datetime, typer.Option("--end", formats=_DAY, help="末夜（含）/ last night, included")],
    treatment: Annotated[Policy, typer.Option(help="处理臂的办法 / policy of the treatment")] = "prices",
    control: Annotated[Policy, typer.Option(help="对照臂的办法 / policy of the control")] = "own_best",
    treatment_per_opening: Annotated[
        int | None, typer.Option(min=1, max=20, help="处理臂每名额最多推荐数 / R of the treatment, below the city's")
    ] = None,
    control_per_opening: Annotated[
        int | None, typer.Option(min=1, max=20, help="对照臂每名额最多推荐数 / R of the control, below the city's")
    ] = None,
    saturations: Annotated[str, typer.Option(help="处理比例，须含 0 / shares treated, with 0")] = "0,1/2,1",
    horizon: Annotated[int, typer.Option(min=1, max=730, help="多少天内就业 / placed within H days")] = 90,
    evidence: Annotated[int, typer.Option(min=1, max=4, help="最弱的证据等级 / weakest evidence that counts")] = 2,
    level: Annotated[int, typer.Option(min=1, max=3, help="职业大类 1、中类 2、小类 3 / occupation groups")] = 2,
    least: Annotated[int, typer.Option(min=1, help="市场最少人数，不足则合并 / fewest seekers of a market")] = 100,
    leakage: Annotated[float, typer.Option(min=0, max=1, help="跨市场比例上限 / most leakage")] = 0.15,
    markets: Annotated[int, typer.Option(min=2, help="合并到不少于这么多市场 / fewest markets to merge to")] = 24,
    seed: Annotated[int, typer.Option(help="抽签种子 / seed of the draw")] = 1,
    out: Annotated[Path | None, typer.Option(help="设计文件，默认 ZHUYE_HOME/experiments/名称.json / the file")] = None,
) -> None:
    """写定一份设计：市场、抽签、结果、分析计划、检验力 / write a design, from the published run and past outcomes."""
    from api.bootstrap import open_services
    from api.experiment_console import show_design
    from api.jobs.evaluation.experiment_design import design_experiment
    from api.service_settings import read_settings
    from data.records import EvidenceTier
    from evaluation.experiments.assignment import read_saturations
    from evaluation.experiments.make_design import DesignRequest
    from matching.arm_referrals import ArmPolicy, ArmRule

    settings = read_settings()
    request = DesignRequest(
        name=name, hypothesis_zh=hypothesis_zh, hypothesis_en=hypothesis_en,
        written_at=datetime.now().astimezone(), starts_on=starts_on.date(), ends_on=ends_on.date(),
        horizon_days=horizon, proof=EvidenceTier(evidence),
        arms=(
            ArmRule(ArmPolicy(control), per_opening=control_per_opening),
            ArmRule(ArmPolicy(treatment), per_opening=treatment_per_opening),
        ),
        saturations=read_saturations(saturations.split(",")), seed=seed, level=level, least_seekers=least,
        leakage_limit=leakage, fewest_markets=markets,
    )  # fmt: skip
    path = out or settings.home / "experiments" / f"{name}.json"
    show_design(design_experiment(open_services(settings), request, path, date.today()), path)


@app.command()
def rehearse(
    file: DesignFile,
    rehearsals: Annotated[int, typer.Option(min=2, max=1000, help="预演次数 / how often")] = 50,
) -> None:
    """预演：在上次匹配的名单上模拟，会得出什么、偏差多大 / simulate it on the last run's lists: power and bias."""
    from api.bootstrap import open_services
    from api.experiment_console import show_rehearsal
    from api.jobs.evaluation.experiment_rehearsal import rehearse_design
    from api.service_settings import read_settings

    design, rehearsed = rehearse_design(open_services(read_settings()), file, rehearsals)
    show_rehearsal(design, rehearsed)


@app.command()
def start(file: DesignFile) -> None:
    """登记并开始，此后设计不可改动 / start the experiment of a design; from now on it cannot be changed."""
    from api.bootstrap import open_services
    from api.experiment_console import show_started
    from api.jobs.evaluation.experiment_design import start as start_design
    from api.service_settings import read_settings

    show_started(start_design(open_services(read_settings()), file, date.today()), file)


@app.command()
def status() -> None:
    """现况：执行了几夜、多少人进入、何时可分析 / nights that obeyed, who entered, when it may be analysed."""
    from api.bootstrap import open_services
    from api.experiment_console import show_standing
    from api.jobs.evaluation.experiment_evidence import experiment_evidence
    from api.service_settings import read_settings

    evidence = experiment_evidence(open_services(read_settings()), date.today())
    if evidence is None:
        typer.echo("没有设定试验 / no experiment is set (ZHUYE_EXPERIMENT)")
        return
    show_standing(evidence)


@app.command()
def analyse(
    file: DesignFile,
    interim: Annotated[bool, typer.Option("--interim", help="中期分析，不作结论 / before the horizon")] = False,
) -> None:
    """按设计分析：效应、外溢、均衡、执行 / analyse as designed: effects, spillovers, balance, compliance."""
    from api.bootstrap import open_services
    from api.experiment_console import show_analysis
    from api.jobs.evaluation.experiment_evidence import gather_evidence
    from api.jobs.evaluation.experiment_results import write_results
    from api.service_settings import read_settings
    from evaluation.refusal import Refusal

    settings = read_settings()
    evidence = gather_evidence(open_services(settings), file, date.today(), interim=interim)
    refused = isinstance(evidence.analysis, Refusal)
    written = None if refused else write_results(evidence, settings.reports_path)
    show_analysis(evidence.analysis, written)
    if refused:
        raise typer.Exit(1)
