"""`zhuye orders`: order-based training, from the order to the people who stayed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from data.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from api.bootstrap import Services
    from api.live_state import LiveState

app = typer.Typer(
    name="orders",
    help="订单式培训：订单、可行性、入班名单、每一步 / training ordered by employers",
    invoke_without_command=True,
)
Language = Literal["zh", "en"]
_Lang = Annotated[Language, typer.Option(help="语言 / language")]
_Order = Annotated[str, typer.Argument(help="订单编号 / the order")]


@app.callback()
def orders(context: typer.Context, lang: _Lang = "zh") -> None:
    """全部订单及其进展：订单→报名→到课→取证→录用→留用，断在哪一环 / all orders, their life, where it breaks."""
    if context.invoked_subcommand is None:
        from api.bootstrap import open_services
        from api.order_console import show_orders
        from api.order_desk import open_order_book
        from api.service_settings import read_settings

        show_orders(open_order_book(open_services(read_settings()), date.today()), lang)


@app.command()
def show(order: _Order, lang: _Lang = "zh") -> None:
    """一个订单：每一环的人数、流失与逾期、每个人到哪一步 / one order, stage by stage and place by place."""
    from api.bootstrap import open_services
    from api.order_console import show_order
    from api.order_desk import open_order_book
    from api.service_settings import read_settings

    show_order(open_order_book(open_services(read_settings()), date.today(), order), lang)


@app.command("assess")
def assess_orders(
    path: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="订单文件，不存入 / a file of orders, not stored")
    ] = None,
    order: Annotated[str | None, typer.Option(help="已登记的订单 / a stored order")] = None,
    lang: _Lang = "zh",
) -> None:
    """可行性：谁能按期培训、来自哪里、哪个班、缺什么 / who could be trained in time, from where, in which class."""
    from api.order_console import show_assessment
    from api.order_desk import assess_stored, assess_terms
    from data.plain_rows import plain_rows

    if (path is None) == (order is None):
        raise DataError(
            "FILE 与 --order 须给且只给一个 / give either a FILE of orders or --order",
            remedy="zhuye orders assess orders.csv",
        )
    read = _read(path, date.today()) if path is not None else None  # a wrong file is told before the long work
    services, state = _open()
    if order is not None:
        show_assessment(assess_stored(services, state, date.today(), order), order, lang)
    for number, row in enumerate(plain_rows(read) if read is not None else [], start=1):
        found = assess_terms(services, state, row, row["people_wanted"])
        show_assessment(found, row["order_id"] or str(number), lang)


@app.command()
def cohort(
    order: _Order,
    waiting: Annotated[int, typer.Option(min=0, help="候补人数 / replacements to list")] = 10,
    lang: _Lang = "zh",
) -> None:
    """入班名单和候补，按预留岗位对本人的价值分配 / who to enrol and who replaces them, by what the posts change."""
    from api.order_console import show_cohort
    from api.order_desk import assess_stored

    services, state = _open()
    show_cohort(assess_stored(services, state, date.today(), order), order, waiting, lang)


def _open() -> tuple[Services, LiveState]:
    from api.bootstrap import open_services
    from api.live_market import LiveMarket
    from api.service_settings import read_settings

    services, today = open_services(read_settings()), date.today()
    return services, LiveMarket(services, lambda: today).current()


def _read(path: Path, today: date) -> pd.DataFrame:
    """The orders of a file, laid out as `REPORTED_ORDERS`; a file with any bad row is refused: it is not stored."""
    from data.facts.identifiers import mask_identifiers
    from data.ingest.read_file import detect_format
    from data.ingest.rejects import Reject
    from data.ingest.reported_file import read_orders, table_format
    from data.plain_rows import plain_rows
    from data.reported_training import TRAINING_NAMES_ZH, fault_of_order

    file = read_orders(path, table_format(detect_format(path), "orders"), pseudonym=str)
    faults = list(file.rejects)
    for order in plain_rows(file.reported):
        if (found := fault_of_order(order, today)) is not None:
            why = Reject(TRAINING_NAMES_ZH[found.field], found.found, f"{found.zh} / {found.en}")
            faults.append((found.row, why))
    if faults:
        row, why = min(faults, key=lambda fault: fault[0])
        others = len(faults) - 1
        raise DataError(
            f"{path.name} 第 {row} 行 row {row}，{why.column}：{mask_identifiers(why.found)!r}"
            + (f"（另有 {others} 处 / and {others} more）" if others else ""),
            remedy=f"应为 / expected: {why.expected}",
        )
    return file.reported
