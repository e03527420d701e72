"""What `zhuye project assess` prints: the answer first, then post by post, from where, why not, and who pays for it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from api.project_tables import TOTALS, origin_name
from api.withheld_origins import WITHHELD
from training_recs.project_assessment.post_statements import post_statements
from training_recs.seat_plan.names import occupation_name

if TYPE_CHECKING:
    from api.jobs.assess_project import CityProject

Language = Literal["zh", "en"]
_SYNTHETIC = "[bold yellow]合成数据：人、单位、岗位均为虚构 / synthetic data: all of it is invented[/]"
_PRIOR = "[yellow]尚无历史结果可学，预计数依经验先验，只供比较 / no outcomes to learn from: figures are of a prior[/]"
_MOST_SHOWN = 8
_FILLS = 0.9


def show_project(found: CityProject, lang: Language) -> None:
    """The whole answer, in one language; headings in both."""
    console = Console()
    if found.is_synthetic:
        console.print(_SYNTHETIC)
    if not found.calibrated:
        console.print(_PRIOR)
    show_rejects(console, found.rejects)
    if found.rejects_path is not None:
        console.print(f"未评估的行另存 / rejected rows: {found.rejects_path}", highlight=False, markup=False)
    console.print(_answer(found, lang))
    console.print(_posts(found))
    _show_reasons(console, found, lang)
    console.print(_origins(found))
    if len(found.assessment.training):
        console.print(_training(found, lang))
    console.print(_occupations(found))
    console.print(_employers(found))


def show_rejects(console: Console, rejects: pd.DataFrame) -> None:
    """Rows that were not assessed, and why."""
    for row in rejects.to_dict("records"):
        where = f"第 {row['file_row']} 行 · {row['file_column']}"
        told = f"未评估 / not assessed: {where}: “{row['found']}” → {row['expected']}"
        console.print(told, style="yellow", highlight=False, markup=False)


def _answer(found: CityProject, lang: Language) -> Panel:
    totals = found.assessment.totals
    share = totals.direct / totals.openings if totals.openings else 0.0
    colour = "green" if share >= _FILLS else "yellow" if share >= 0.5 else "red"
    lines = []
    for name, zh, en in TOTALS:
        value = getattr(totals, name)
        shown = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
        if name == "direct":
            shown = f"[bold {colour}]{shown}[/] ({share:.0%})"
        elif name == "net":
            unsure = abs(totals.net) < totals.resolution
            shown = f"[dim]{totals.net:+,.1f}[/]" if unsure else f"[bold]{totals.net:+,.1f}[/]"
        lines.append(f"{zh if lang == 'zh' else en}  {shown}")
    return Panel(
        "\n".join(lines), title=f"就业评估 / employment assessment · {found.name}", title_align="left", expand=False
    )


def _posts(found: CityProject) -> Table:
    table = Table(title="岗位 / posts", title_justify="left")
    table.add_column("岗位 post")
    for name in (
        "到岗 from",
        "招聘 openings",
        "符合 fitting",
        "推荐 referred",
        "预计 expected",
        "培训 training",
        "仍缺 left",
    ):
        table.add_column(name, justify="right")
    ordered = found.assessment.posts.sort_values(["starts_on", "post"], kind="stable")
    sums = ordered[["headcount", "expected"]].cumsum()
    for (_, row), (_, total) in zip(ordered.iterrows(), sums.iterrows(), strict=True):
        table.add_row(
            f"{row['post_title']}\n[dim]{occupation_name(row['occupation'])}[/]", f"{row['starts_on']:%Y-%m-%d}",
            f"{row['headcount']:,}", f"{row['fitting']:,}", f"{row['referred']:,}",
            f"{row['expected']:,.1f}\n[dim]累计 {total['expected']:,.1f}/{total['headcount']:,.0f}[/]",
            f"{row['by_training']:,.1f}", f"{row['left']:,.1f}",
        )  # fmt: skip
    return table


def _show_reasons(console: Console, found: CityProject, lang: Language) -> None:
    for post, title in zip(found.assessment.posts["post"], found.assessment.posts["post_title"], strict=True):
        said = post_statements(found.assessment, int(post))
        if said:
            console.print(f"[bold]{title}[/] 为何招不满、怎么办 / why, and what would help", highlight=False)
        for words in said:
            console.print(f"  · {words.zh if lang == 'zh' else words.en}", highlight=False, markup=False)


def _origins(found: CityProject) -> Table:
    table = Table(title="从哪里来 / where people would come from", title_justify="left")
    table.add_column("区县、类别 from")
    table.add_column("推荐 referred", justify="right")
    table.add_column("预计 expected", justify="right")
    for dimension, rows in found.origins.groupby("dimension", sort=True):
        for row in rows.sort_values("people", ascending=False, kind="stable").to_dict("records"):
            is_shown = not pd.isna(row["people"])
            table.add_row(
                origin_name(str(dimension), str(row["code"])), f"{row['people']:,}" if is_shown else WITHHELD,
                f"{row['expected']:,.1f}" if is_shown else "",
            )  # fmt: skip
        table.add_section()
    return table


def _left_out(rows: int) -> str | None:
    """That a table is longer than shown."""
    if rows <= _MOST_SHOWN:
        return None
    more = rows - _MOST_SHOWN
    return f"另有 {more} 行，见 --output 文件 / {more} more rows in the file of --output"


def _training(found: CityProject, lang: Language) -> Table:
    table = Table(title="培训能补多少 / what training closes", title_justify="left")
    for name in ("岗位 post", "缺少 lacks", "课程 course", "开班–结业 dates"):
        table.add_column(name)
    for name in ("名额 seats", "培训 trainees", "可补 openings"):
        table.add_column(name, justify="right")
    titles = found.assessment.posts["post_title"]
    table.caption = _left_out(len(found.assessment.training))
    for row in found.assessment.training.head(_MOST_SHOWN).to_dict("records"):
        table.add_row(
            titles[row["post"]], row[f"lacks_{lang}"], f"{row['course_title']}\n[dim]{row['provider']}[/]",
            f"{row['begins_on']:%Y-%m-%d}\n{row['ends_on']:%Y-%m-%d}", f"{row['seats']:,}", f"{row['trainees']:,}",
            f"{row['expected']:,.1f}",
        )  # fmt: skip
    return table


def _changes(title: str, first: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for name in ("在招 openings", "招到 placements", "变化 change", "价格 price"):
        table.add_column(name, justify="right")
    return table


def _change_cells(row: Mapping[Hashable, Any]) -> tuple[str, str, str, str]:
    return (
        f"{row['openings']:,}", f"{row['placements_before']:,.1f} → {row['placements_after']:,.1f}",
        f"{row['change']:+,.1f}", f"{row['price_before']:.3f} → {row['price_after']:.3f}",
    )  # fmt: skip


def _occupations(found: CityProject) -> Table:
    table = _changes("对其他单位的影响：职业 / other employers, by occupation", "职业 occupation")
    table.caption = _left_out(len(found.assessment.occupations))
    for row in found.assessment.occupations.head(_MOST_SHOWN).to_dict("records"):
        table.add_row(occupation_name(str(row["occupation"])) if row["occupation"] else "不详", *_change_cells(row))
    return table


def _employers(found: CityProject) -> Table:
    table = _changes("对其他单位的影响：单位 / by employer", "用人单位 employer")
    losing = found.assessment.employers.sort_values("change", kind="stable").head(_MOST_SHOWN)
    for row in losing[losing["change"] < 0].to_dict("records"):
        table.add_row(f"{row['employer']}\n[dim]{row['employer_id']}[/]", *_change_cells(row))
    return table
