"""`zhuye courses`: which course changes most for one person, or that none does."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from data.errors import DataError

if TYPE_CHECKING:
    from rich.console import Console

    from api.course_desk import CourseAnswer

Language = Literal["zh", "en"]
_MOST_GAPS = 5


def courses(
    seeker: Annotated[str | None, typer.Option(help="求职者编号 / a registered seeker's identifier")] = None,
    profile: Annotated[str | None, typer.Option(help="用自己的话介绍 / a person in his own words")] = None,
    corrections: Annotated[
        list[str] | None, typer.Option("--set", help="更正读错的内容，FIELD=VALUE / corrects what was read")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=50, help="课程数 / courses to list")] = 5,
    lang: Annotated[Language, typer.Option(help="语言 / language")] = "zh",
) -> None:
    """为一个人选课：--profile 或 --seeker / courses for one person by what they would change, or: apply now."""
    from rich.console import Console

    from api.bootstrap import open_services
    from api.course_desk import answer_courses
    from api.jobs.match_person import find_person
    from api.live_market import LiveMarket
    from api.service_settings import read_settings

    if bool(seeker) == bool(profile):
        raise DataError("give either --seeker or --profile", remedy="zhuye courses --profile '…'")
    if corrections and not profile:
        raise DataError("--set without --profile", remedy="only what is read from a profile can be corrected")
    services, today = open_services(read_settings()), date.today()
    live = LiveMarket(services, lambda: today)
    state = live.current()
    person, reading = find_person(services, live, state, seeker, profile, today, corrections or ())
    console = Console()
    if reading is not None:
        understood = "; ".join(f"[bold]{found.field}[/] {found.value}" for found in reading.fields)
        console.print(f"读懂的内容 / understood: {understood or '—'}")
    show_courses(console, answer_courses(state, person, services, limit=limit), lang)


def show_courses(console: Console, answer: CourseAnswer, lang: Language) -> None:
    """Each course with what is told of it; then what the person lacks."""
    from training_recs.course_catalogue import NOT_OFFERED_NAMES
    from training_recs.course_statements import apply_now_statements, course_statements

    if answer.market.is_synthetic:
        console.print("[bold yellow]合成数据：人、单位、岗位均为虚构 / synthetic data: all of it is invented[/]")
    if not answer.by_price:
        console.print("[dim]尚无已发布的匹配，未计拥挤程度 / no published run: crowding is not reckoned[/]")
    courses, runs = answer.market.courses, answer.catalogue.runs
    for place, one in enumerate(answer.advice.courses, start=1):
        course, run = courses.iloc[one.course], runs.iloc[one.run]
        seats = f"名额 {run['seats']}" if lang == "zh" else f"{run['seats']} seats"
        console.print(
            f"\n[bold]{place:>2}. {course['title']}[/] · {course['provider']} · {run['starts_on']:%Y-%m-%d} – "
            f"{run['ends_on']:%Y-%m-%d} · {seats}"
            + ("" if one.distance_km is None else f" · {one.distance_km:.0f} km"),
            highlight=False,
        )
        gained = "培训带来的效用增加" if lang == "zh" else "uplift"
        console.print(f"    {gained} {one.uplift:.3f}  [dim]{course['course_id']}[/]", highlight=False)
        for said in course_statements(one, answer.market, answer.catalogue):
            console.print(f"    · {said.zh if lang == 'zh' else said.en}", highlight=False)
    if answer.advice.apply_now:
        for said in apply_now_statements(answer.advice):
            console.print(f"  · {said.zh if lang == 'zh' else said.en}", highlight=False)
    _show_gaps(console, answer, lang)
    left_out = answer.catalogue.not_offered["reason"].value_counts().sort_index()
    if len(left_out):
        names = {reason: name[0 if lang == "zh" else 1] for reason, name in NOT_OFFERED_NAMES.items()}
        told = "; ".join(f"{names[str(reason)]} {count}" for reason, count in left_out.items())
        console.print(f"\n[dim]未列入的课程 / courses left out: {told}[/]", highlight=False)


def _show_gaps(console: Console, answer: CourseAnswer, lang: Language) -> None:
    gaps = [gap for gap in answer.gaps if gap.worth > 0 or not gap.required]
    if not gaps:
        return
    console.print("\n[bold]差一点就符合的岗位要求 / what vacancies that nearly fit require[/]")
    for gap in gaps[:_MOST_GAPS]:
        if lang == "zh":
            kind = "要求" if gap.required else "优先"
            console.print(
                f"  · {kind} {gap.zh}：{len(gap.vacancies)} 个岗位，招 {gap.openings} 人，补上后效用 +{gap.worth:.3f}",
                highlight=False,
            )
        else:
            kind = "required" if gap.required else "preferred"
            console.print(
                f"  · {kind}: {gap.en}: {len(gap.vacancies)} vacancies, {gap.openings} openings, "
                f"utility +{gap.worth:.3f}",
                highlight=False,
            )
