"""`zhuye startup`: support for a person who wants to start a business, and mentors for everybody who does."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from data.errors import DataError
from data.records import BusinessForm, StartupStage

if TYPE_CHECKING:
    from rich.console import Console

    from api.startup_desk import OpenSupport, StartupAnswer

Language = Literal["zh", "en"]


def startup(
    seeker: Annotated[str | None, typer.Option(help="求职者编号 / a registered seeker's identifier")] = None,
    profile: Annotated[str | None, typer.Option(help="用自己的话介绍 / a person in his own words")] = None,
    corrections: Annotated[
        list[str] | None, typer.Option("--set", help="更正读错的内容，FIELD=VALUE / corrects what was read")
    ] = None,
    trade: Annotated[str | None, typer.Option(help="想做哪一行 / the trade")] = None,
    stage: Annotated[StartupStage | None, typer.Option(help="到了哪一步 / how far it is")] = None,
    form: Annotated[BusinessForm | None, typer.Option(help="主体类型 / registered as")] = None,
    registered_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="登记注册日期 / day of registration")
    ] = None,
    capital: Annotated[float | None, typer.Option(min=0, help="需要贷款（元）/ loan wanted, CNY")] = None,
    first: Annotated[bool | None, typer.Option("--first/--not-first", help="首次创业 / the first business")] = None,
    everybody: Annotated[
        Path | None, typer.Option(help="全体有创业意愿者的导师分配，写入此 CSV / mentors for everybody, to a CSV file")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=50, help="每类条数 / of each kind")] = 3,
    lang: Annotated[Language, typer.Option(help="语言 / language")] = "zh",
) -> None:
    """想创业的人：政策、培训、孵化基地、导师 / support for who wants to start: --seeker, --profile or --everybody."""
    from rich.console import Console

    from api.bootstrap import open_services
    from api.jobs.match_person import find_person
    from api.live_market import LiveMarket
    from api.service_settings import read_settings
    from api.startup_desk import answer_startup, recorded_wish, told_wish

    told = {
        "trade": trade, "stage": stage and str(stage), "form": form and str(form), "capital_wanted_cny": capital,
        "registered_on": registered_on, "first_business": first,
    }  # fmt: skip
    if sum(map(bool, (seeker, profile, everybody))) != 1:
        raise DataError(
            "--seeker、--profile、--everybody 须给且只给一个 / give one of --seeker, --profile and --everybody",
            remedy="zhuye startup --profile '…'",
        )
    if not profile and (corrections or any(value is not None for value in told.values())):
        raise DataError(
            "--set、--stage 等只与 --profile 同用 / --set, --stage and the like without --profile",
            remedy="已登记者的意愿 / a registered person's wish: zhuye import startups",
        )
    services, today = open_services(read_settings()), date.today()
    live = LiveMarket(services, lambda: today)
    state, console = live.current(), Console()
    if everybody is not None:
        write_mentors(services.startup_desk.open(state), everybody, console)
        return
    person, reading = find_person(services, live, state, seeker, profile, today, corrections or ())
    wish = (
        recorded_wish(services, person.market)
        if reading is None
        else told_wish(reading, told, "profile", today, services)
    )
    if reading is not None:
        understood = "; ".join(f"[bold]{found.field}[/] {found.value}" for found in reading.fields)
        console.print(f"读懂的内容 / understood: {understood or '—'}")
    show_startup(console, answer_startup(state, person, wish, services, limit=limit), lang)


def write_mentors(support: OpenSupport, path: Path, console: Console) -> None:
    """A CSV file of everybody who wants to start: seeker_id, mentor_id (empty: none), price of the mentor's places."""
    import pandas as pd

    allocated = support.allocated
    table = pd.DataFrame({"seeker_id": pd.Series(support.wanting, dtype="string")})
    mentor = table["seeker_id"].map(allocated.mentor_of)
    table = table.assign(mentor_id=mentor, price=mentor.map(allocated.price.to_dict()).astype("Float64").round(4))
    table.to_csv(path, index=False, encoding="utf-8-sig")
    has_one, places = int(mentor.notna().sum()), int(support.mentors["places_free"].sum())
    console.print(
        f"{path}: {len(table)} 人想创业，{has_one} 人分到导师，导师空余名额 {places} / {len(table)} want to start, "
        f"{has_one} have a mentor, {places} places (≥ {allocated.certificate:.4f} of the optimum)",
        highlight=False,
    )


def show_startup(console: Console, answer: StartupAnswer, lang: Language) -> None:
    """Entitlements, courses, incubators and mentors, and the work that could be had instead."""
    from training_recs.entrepreneurship.startup_statements import DECLINED, NO_WISH, NOT_MEASURED

    if answer.market.is_synthetic or answer.work_market.is_synthetic:
        console.print("[bold yellow]合成数据：人、单位、岗位均为虚构 / synthetic data: all of it is invented[/]")
    if not answer.wants_to_start:
        said = NO_WISH if answer.wants_to_start is None else DECLINED
        console.print(said.zh if lang == "zh" else said.en)
    else:
        _show_entitlements(console, answer, lang)
        _show_courses(console, answer, lang)
        _show_support(console, answer, lang)
        console.print(f"\n[dim]{NOT_MEASURED.zh if lang == 'zh' else NOT_MEASURED.en}[/]")
    _show_work(console, answer, lang)


def _show_entitlements(console: Console, answer: StartupAnswer, lang: Language) -> None:
    from training_recs.entrepreneurship.entitlements import Entitlement
    from training_recs.entrepreneurship.startup_advice import due_support
    from training_recs.entrepreneurship.startup_statements import VERDICT_NAMES, in_language

    console.print("\n[bold]政策 / support[/]")
    for due in due_support(answer.entitled, answer.rules):
        name, label = (due.rule.zh, 0) if lang == "zh" else (due.rule.en, 1)
        amount = "" if due.amount_cny is None else f" · {due.amount_cny:,.0f} CNY"
        console.print(f" [bold]{VERDICT_NAMES[due.verdict][label]}[/] {name}{amount}", highlight=False)
        told = due.statements
        if due.verdict is Entitlement.LATER:  # whether it is for him is asked now, the rest when it is due
            told = tuple(one for one in told if one.code == "ask_group" or not one.code.startswith("ask_"))
        for said in in_language(told, lang):
            console.print(f"    · {said}", highlight=False)
        console.print(f"    [dim]{due.rule.source}[/]", highlight=False)


def _show_courses(console: Console, answer: StartupAnswer, lang: Language) -> None:
    from training_recs.entrepreneurship.startup_advice import course_choices

    console.print("\n[bold]创业培训 / start-up courses[/]" + ("" if len(answer.courses) else " —"))
    for place, one in enumerate(course_choices(answer.courses), start=1):
        course, run = answer.market.courses.iloc[one.course], answer.runs.iloc[one.run]
        step, seats, pay = (one.step.zh, "名额", "自付") if lang == "zh" else (one.step.en, "seats", "to pay")
        km = "" if one.distance_km is None else f" · {one.distance_km:.0f} km"
        console.print(
            f" {place}. {course['title']} ({one.step.step} {step}) · {course['provider']} · "
            f"{run['starts_on']:%Y-%m-%d} – {run['ends_on']:%Y-%m-%d} · {seats} {run['seats']}{km} · "
            f"{pay} {one.fee_cny:,.0f} CNY",
            highlight=False,
        )
        for asked in one.questions:
            console.print(f"    · {asked.question_zh if lang == 'zh' else asked.question_en}", highlight=False)


def _show_support(console: Console, answer: StartupAnswer, lang: Language) -> None:
    from training_recs.entrepreneurship.startup_advice import place_choices
    from training_recs.entrepreneurship.startup_statements import in_language

    for title, places, found, name in (
        ("孵化基地 / incubators", answer.support.incubators, answer.incubators, "name"),
        ("创业导师 / mentors", answer.support.mentors, answer.mentors, "field"),
    ):
        console.print(f"\n[bold]{title}[/]" + ("" if len(found) else " —"))
        for position, one in enumerate(place_choices(found, places), start=1):
            place = places.iloc[one.place]
            said = " · ".join(in_language(one.statements, lang))
            console.print(f" {position}. {place[name]} [dim]{place.iloc[0]}[/] · {said}", highlight=False)
    if answer.mentor_allocated:
        console.print(f" 全体分配中的导师 / mentor in the allocation of everybody: {answer.mentor_allocated}")


def _show_work(console: Console, answer: StartupAnswer, lang: Language) -> None:
    from training_recs.entrepreneurship.startup_statements import wage_work_statement

    said = wage_work_statement(answer.work_utility, answer.by_price)
    console.print(f"\n[bold]就业 / wage work[/] {said.zh if lang == 'zh' else said.en}", highlight=False)
    for row in answer.work["vacancy"]:
        post = answer.work_market.vacancies.iloc[row]
        console.print(f"    · {post['title']} · {post['employer']} [dim]{post['vacancy_id']}[/]", highlight=False)
