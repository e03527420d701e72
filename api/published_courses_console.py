"""What the command line prints of published courses, seats and waiting lists. Chinese first, English second."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.published_courses import CoursesPage


def print_published_courses(
    engine: Engine, seeker_id: str | None, course_run_id: str | None, today: date, limit: int,
    lang: Literal["zh", "en"], console: Console | None = None,
) -> None:  # fmt: skip
    """A person's published courses; or who has a seat in a class, and who waits for one.

    Raises
    ------
    DataError
        Both are given. Also as `published_courses.courses_of_run`.
    """
    from api.published_courses import courses_of_run, courses_of_seeker
    from data.errors import DataError
    from data.storage import tables

    console = console or Console()
    if course_run_id is None:
        _show_courses(console, courses_of_seeker(engine, str(seeker_id), today=today, limit=limit), lang)
        return
    if seeker_id is not None:
        raise DataError("give either --seeker or --course-run", remedy="one question at a time")
    seats = courses_of_run(engine, tables.course_seats, course_run_id, today=today, limit=limit)
    waiting = courses_of_run(engine, tables.course_waiting, course_run_id, today=today, limit=limit)
    _show_seats(console, seats, waiting, lang)


def _show_courses(console: Console, page: CoursesPage, lang: Literal["zh", "en"]) -> None:
    from training_recs.course_conditions import conditions_of

    zh = lang == "zh"
    _begin(console, page)
    if page.rows.empty:
        console.print("没有推荐课程，现在直接应聘 / no course is recommended: apply now")
        return
    table = Table(box=None)
    for heading in ("", "课程" if zh else "course", "开班" if zh else "begins", "180 天" if zh else "180 days",
                    "自付、路费" if zh else "to pay", "要问" if zh else "ask"):  # fmt: skip
        table.add_column(heading, overflow="fold")
    for row in page.rows.to_dict("records"):
        asked = [one.question_zh if zh else one.question_en for one in conditions_of(row["unknown_conditions"])]
        then = f" → {row['then_course_run_id']}" if row["then_course_run_id"] else ""
        table.add_row(
            str(row["position"]), f"{row['title']} · {row['provider']} [dim]{row['course_run_id']}{then}[/]",
            str(row["starts_on"]), f"{100 * row['gain_180']:+.1f} %", f"{row['cost_cny']:,.0f} CNY",
            ("；" if zh else "; ").join(asked),
        )  # fmt: skip
    console.print(table, highlight=False)
    _end(console, page)


def _show_seats(console: Console, seats: CoursesPage, waiting: CoursesPage, lang: Literal["zh", "en"]) -> None:
    from training_recs.seat_allocation import WAITING_REASONS

    run = seats.course_run
    assert run is not None
    _begin(console, seats)
    console.print(
        f"{run.title} {run.course_run_id} · {run.starts_on} · 名额 / seats {run.seats}, "
        f"已分 / given {run.seated}, 空 / free {max(0, run.seats - run.seated)}",
        highlight=False,
    )
    for row in seats.rows.to_dict("records"):
        console.print(f"  ● {row['seeker_id']} [dim]{row['programme']}[/]", highlight=False)
    _end(console, seats)
    if len(waiting.rows):
        console.print("候补 / waiting list")
    for row in waiting.rows.to_dict("records"):
        reason = WAITING_REASONS[row["reason"]][0 if lang == "zh" else 1]
        console.print(f"  {row['position']:>3} {row['seeker_id']} [dim]{reason}[/]", highlight=False)
    _end(console, waiting)


def _begin(console: Console, page: CoursesPage) -> None:
    console.print(f"匹配批次 / run {page.run.run_id} ({page.run.as_of})", highlight=False)


def _end(console: Console, page: CoursesPage) -> None:
    if page.next_place is not None:
        console.print("还有更多，用 --limit 增加 / there are more: --limit")
