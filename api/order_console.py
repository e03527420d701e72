"""How training orders are shown on the command line."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.order_desk import AssessedOrder, OrderBook
from api.withheld_origins import WITHHELD
from data.plain_rows import plain_rows
from data.records import DROPOUT_NAMES_ZH, GROUP_NAMES_ZH, DropoutReason, SeekerGroup
from data.reference.training_programmes import load_programmes
from training_recs.seat_allocation import WAITING_REASONS
from training_recs.seat_plan.names import district_name
from training_recs.training_orders.enrolment_standing import STAGES, STANDING_NAMES_ZH, Standing
from training_recs.training_orders.order_life import STAGE_NAMES, STATE_NAMES, OrderState

_SYNTHETIC = "[bold yellow]合成数据：人、单位、岗位均为虚构 / synthetic data: all of it is invented[/]"
_STYLES = {
    OrderState.FULFILLED: "green", OrderState.ON_TRACK: "green", OrderState.LATE: "yellow",
    OrderState.NEEDS_PEOPLE: "yellow", OrderState.CANNOT_REACH: "bold red", OrderState.CANCELLED: "dim",
}  # fmt: skip
_SHOWN_CLASSES = 6


def show_orders(book: OrderBook, lang: str, console: Console | None = None) -> None:
    """An order each: its life, where it breaks, and under its identifier the posts."""
    console, say = console or Console(), 0 if lang == "zh" else 1
    if book.life.empty:
        console.print(
            "还没有订单：zhuye import orders FILE / there are no orders: zhuye import orders FILE", highlight=False
        )
        return
    if book.records.orders["is_synthetic"].any():
        console.print(_SYNTHETIC)
    stages = " → ".join(name[say] for name in STAGE_NAMES.values())
    console.print(f"[dim]{'人数' if lang == 'zh' else 'people'}: {stages}[/]", highlight=False)
    names = (
        ("编号；岗位 · 单位", "最迟结业", "人数", "断在", "状态") if lang == "zh"
        else ("order; posts · employer", "ready by", "people", "breaks after", "state")
    )  # fmt: skip
    table = Table(box=None, header_style="bold")
    for name in names:  # on a narrow screen only the posts give way
        table.add_column(name, no_wrap=name != names[0], overflow="fold")
    about, ready_by = book.records.about, book.records.orders.set_index("order_id")["ready_by"]
    for one in plain_rows(book.life):
        posts, state = about.loc[one["order_id"]], OrderState(one["state"])
        broken = "—" if one["breaks_at"] is None else f"{STAGE_NAMES[one['breaks_at']][say]} −{one['broken']}"
        table.add_row(
            Text(one["order_id"]).append(f"\n{posts['title']} · {posts['employer']}", "dim"),
            f"{ready_by[one['order_id']]:%Y-%m-%d}",
            "→".join(str(one[name]) for name in ("people_wanted", *map(str, STAGES))), broken,
            f"[{_STYLES[state]}]{STATE_NAMES[state][say]}[/]",
        )  # fmt: skip
    console.print(table)


def show_order(book: OrderBook, lang: str, console: Console | None = None) -> None:
    """One order: every stage with who was lost or is late there, then every place."""
    console, say = console or Console(), 0 if lang == "zh" else 1
    show_orders(book, lang, console)
    table = Table(
        *(("环节", "到达", "流失", "逾期未报") if lang == "zh" else ("stage", "reached", "lost", "late")), box=None,
        header_style="bold",
    )  # fmt: skip
    for row in plain_rows(book.stages):
        table.add_row(STAGE_NAMES[row["stage"]][say], str(row["reached"]), str(row["lost"]), str(row["late"]))
    console.print(table)
    for row in plain_rows(book.standing):
        reason = "" if row["reason"] is None else (
            DROPOUT_NAMES_ZH[DropoutReason(row["reason"])] if lang == "zh" else row["reason"].replace("_", " ")
        )  # fmt: skip
        standing = STANDING_NAMES_ZH[Standing(row["standing"])] if lang == "zh" else row["standing"].replace("_", " ")
        replaced = "" if row["replaces"] is None else ("替补 " if lang == "zh" else "replaces ") + row["replaces"]
        console.print(
            f"  {row['seeker_id']}  {STAGE_NAMES[row['stage']][say]} {row['since']}  {standing} {reason} "
            f"[dim]{row['enrolment_id']} {replaced}[/]",
            highlight=False,
        )


def show_assessment(found: AssessedOrder, name: str, lang: str, console: Console | None = None) -> None:
    """The answer, what would help, who could be trained, the classes, and what keeps people away."""
    console, say = console or Console(), 0 if lang == "zh" else 1
    one, market = found.assessment, found.market
    if market.is_synthetic:
        console.print(_SYNTHETIC)
    console.print(f"[bold]{name}[/]  {one.words[say]}", highlight=False)
    for advice in one.advice:
        console.print(f"  → {advice[say]}", highlight=False)
    counts = (
        f"已符合、无需培训 {one.ready} 人；培训后符合 {one.could} 人（其中 {one.to_ask} 人要先问清是否已有）；"
        f"被开班条件挡住 {one.held_up} 人"
        if lang == "zh"
        else f"meet the posts already: {one.ready}; would with a course: {one.could} ({one.to_ask} to be asked first "
        f"what they hold); kept from every class: {one.held_up}"
    )
    console.print(counts, highlight=False)
    for by in ("district", "group"):
        rows = found.origins[found.origins["by"] == by].sort_values("could", ascending=False)
        told = "、".join(
            f"{_place(by, row['code'], lang)} {_people(row['could'])}（{_people(row['ready'])}）"
            for row in plain_rows(rows)
        )
        if told:
            console.print(f"  {told}", highlight=False)
    if len(one.cohort.classes):
        names = (
            ("班次", "课程", "日期", "空余名额", "需要", "合算的人", "可入班") if lang == "zh"
            else ("run", "course", "dates", "free", "needed", "people", "seats")
        )  # fmt: skip
        table = Table(box=None, header_style="bold")
        for name in names:
            table.add_column(name, no_wrap=name != names[1])
        for row in plain_rows(one.cohort.classes.head(_SHOWN_CLASSES)):
            free = str(row["free_seats"]) if not row["is_new"] else "新开" if lang == "zh" else "new"
            table.add_row(
                row["course_run_id"], market.courses["title"].iloc[row["course"]],
                f"{row['starts_on']} – {row['ends_on']}", free, str(row["needed"]), str(row["people"]),
                str(row["seats"]),
            )  # fmt: skip
        console.print(table)
    for limit in one.limits.head(5).itertuples(index=False):
        said = f"{limit.zh}：{limit.people} 人不符，{limit.only} 人只差这一项"
        told = said if lang == "zh" else f"{limit.en}: {limit.people} people fail it, {limit.only} nothing else"
        console.print(f"  [dim]· {told}[/]", highlight=False)
    console.print()


def show_cohort(found: AssessedOrder, name: str, waiting: int, lang: str, console: Console | None = None) -> None:
    """Who to enrol, by the worth of the seat, and who waits."""
    console, say = console or Console(), 0 if lang == "zh" else 1
    one, market = found.assessment, found.market
    if market.is_synthetic:
        console.print(_SYNTHETIC)
    console.print(f"[bold]{name}[/]  {one.words[say]}", highlight=False)
    for advice in one.advice:
        console.print(f"  → {advice[say]}", highlight=False)
    if one.cohort.seats is None:
        return
    seeker = market.seekers["seeker_id"]
    programmes = {programme.programme: (programme.zh, programme.en) for programme in load_programmes(market.as_of)}
    reasons = WAITING_REASONS | {
        "full": ("订单名额已满，给了作用更大的人", "the order's places are worth more to others")
    }
    for row in plain_rows(one.cohort.seats.seated.sort_values("worth", ascending=False)):
        console.print(
            f"  {seeker.iloc[row['seeker']]}  +{row['worth']:.3f}  [dim]{programmes[row['programme']][say]}[/]",
            highlight=False,
        )
    rest = one.cohort.seats.waiting.head(waiting)
    if len(rest):
        console.print("候补，依次 / replacements, in this order", highlight=False)
    for row in plain_rows(rest):
        console.print(
            f"  {row['position']:>2}. {seeker.iloc[row['seeker']]}  +{row['worth']:.3f}  "
            f"[dim]{reasons[row['reason']][say]}[/]",
            highlight=False,
        )


def _people(count: int | None) -> str:
    return WITHHELD if count is None else str(count)


def _place(by: str, code: str, lang: str) -> str:
    """Name of a district or group."""
    if not code:
        return "不详或无" if lang == "zh" else "none or not known"
    if by == "group":
        return GROUP_NAMES_ZH[SeekerGroup(code)] if lang == "zh" else code.replace("_", " ")
    return district_name(code)[0 if lang == "zh" else 1]
