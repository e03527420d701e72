"""`zhuye project`: the employment assessment of a planned investment (就业评估)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from data.errors import ConfigurationError, ConflictError

if TYPE_CHECKING:
    from api.jobs.assess_project import CityProject

app = typer.Typer(help="投资项目就业评估 / what a planned project would find, and what it does", no_args_is_help=True)
_SUFFIXES = (".xlsx", ".csv", ".json")


@app.command()
def assess(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="项目文件（CSV、XLSX）/ file in the template")],
    output: Annotated[
        Path | None, typer.Option(help="另存为 .xlsx（全部表）、.csv（岗位）、.json / also write to a file")
    ] = None,
    lang: Annotated[Literal["zh", "en"], typer.Option(help="语言 / language")] = "zh",
) -> None:
    """评估计划中的项目：能招到多少、从哪来、培训补多少、对别家的影响 / assess a planned project; nothing is stored."""
    from api.bootstrap import open_services
    from api.jobs.assess_project import assess_file
    from api.jobs.stages import Stages
    from api.project_console import show_project
    from api.service_settings import read_settings

    if output is not None and output.suffix.lower() not in _SUFFIXES:
        raise ConfigurationError(
            f"--output {output.name}：文件类型不对 / wrong kind of file",
            remedy=f"以此结尾的文件 / a file ending in {', '.join(_SUFFIXES)}",
        )
    found = assess_file(open_services(read_settings()), Stages(), path, today=date.today())
    show_project(found, lang)
    if output is not None:
        write_project(found, output)
        typer.echo(f"文件 / file: {output}")


@app.command()
def template(
    path: Annotated[Path, typer.Argument(help="写到 / write to")] = Path("project.csv"),
) -> None:
    """写一份可填的模板（CSV，带示例行）/ write the template with rows to replace."""
    import csv

    from data.ingest.project_file import EXAMPLE_ROWS, PROJECT_FIELDS
    from data.whole_file import whole_file

    if path.exists():
        raise ConflictError(f"{path} 已存在 / {path} exists", remedy="换一个文件名 / name another file")
    # With a BOM spreadsheet programs read Chinese text in the right encoding.
    with whole_file(path.resolve()) as fresh, fresh.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([[field.names[0] for field in PROJECT_FIELDS.values()], *EXAMPLE_ROWS])
    typer.echo(f"模板 / template: {path}")


def write_project(found: CityProject, path: Path) -> None:
    """The assessment as a workbook of every table, as a CSV of the posts, or as the answer of the API."""
    from api.planning_downloads import write_csv, write_workbook
    from api.project_tables import POSTS_SHEET, project_tables
    from api.schemas.projects import project_answer
    from data.whole_file import whole_file

    with whole_file(path.resolve()) as fresh:
        if path.suffix.lower() == ".json":
            fresh.write_text(project_answer(found).model_dump_json(indent=1), encoding="utf-8")
            return
        tables = project_tables(found)
        if path.suffix.lower() == ".csv":
            write_csv(tables[POSTS_SHEET], fresh)
        else:
            write_workbook(tables, fresh, is_synthetic=found.is_synthetic)
