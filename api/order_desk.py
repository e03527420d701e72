"""Training orders against the live market: how they stand, who could be trained for one, and its cohort."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.embedded_market import EmbeddedMarket, joined
from api.live_state import NO_ROWS, LiveState, Rows
from api.trainee_facts import trainee_facts
from api.withheld_origins import withheld_order_origins
from data.errors import ConflictError, NotFoundError
from data.market import Market
from data.plain_rows import plain_rows
from data.records import EnrolmentStep
from data.reference.priority_groups import load_priority_groups
from data.reference.training_completion import completion_class, load_completion_prior
from data.reference.training_programmes import load_programmes
from data.storage.class_places import programme_seats_used
from data.storage.database import consistent_reading
from data.storage.order_repository import OrderRecords, read_orders
from matching.allocation_policy import priority_weights
from matching.ranking import score_candidates
from matching.retrieval import dot_rows, retrieve
from training_recs.course_value import terms_of
from training_recs.todays_options import todays_options
from training_recs.training_orders.assess_order import OrderAssessment, assess
from training_recs.training_orders.enrolment_standing import Standing, enrolment_standing
from training_recs.training_orders.order_catalogue import OrderCatalogue, order_catalogue
from training_recs.training_orders.order_cohort import choose_cohort
from training_recs.training_orders.order_life import order_life, order_stages
from training_recs.training_orders.order_people import OrderPeople, people_for_order
from training_recs.training_orders.order_terms import OrderTerms
from training_recs.uplift import UpliftSettings

if TYPE_CHECKING:
    from api.bootstrap import Services
    from api.course_desk import OpenDesk

CONSIDERED, CONSIDERED_A_PLACE = 2_000, 20
"""People scored for a cohort: of those who could be trained, so many of the most similar to the posts, and more for a
large order. Counts of who could are of everybody."""


@dataclass(frozen=True)
class OrderBook:
    """Orders on one day: `life`, `stages` and `standing` laid out as their tables, beside the `records` themselves."""

    as_of: date
    records: OrderRecords
    life: pd.DataFrame
    stages: pd.DataFrame
    standing: pd.DataFrame


def open_order_book(services: Services, today: date, order_id: str | None = None) -> OrderBook:
    """All orders, or one.

    Raises
    ------
    NotFoundError
        There is no such order.
    """
    with consistent_reading(services.engine) as connection:
        records = read_orders(connection, None if order_id is None else [order_id])
    if order_id is not None and records.orders.empty:
        raise NotFoundError(
            f"没有订单 {order_id} / there is no order {order_id}",
            remedy="请核对编号：zhuye orders / check the identifier",
        )
    standing = enrolment_standing(
        records.orders, records.enrolments, records.enrolment_events, records.referrals, records.referral_events,
        records.run_days, today,
    )  # fmt: skip
    stages = order_stages(records.orders, standing, records.run_days, today)
    life = order_life(records.orders, standing, stages, records.run_days, today)
    return OrderBook(today, records, life, stages, standing)


@dataclass(frozen=True)
class AssessedOrder:
    """An assessment with the market that its rows are of: `market` for the cohort's, with its `catalogue`.

    `on_their_way`: people enrolled who are not lost; `wanted`: people it was assessed for; `origins`: those of the
    assessment as they are shown, laid out as `SHOWN_ORDER_ORIGINS`.
    """

    market: Market
    found: OrderCatalogue
    assessment: OrderAssessment
    origins: pd.DataFrame
    wanted: int
    on_their_way: int


def assess_stored(services: Services, state: LiveState, today: date, order_id: str) -> AssessedOrder:
    """Assess a stored order, for the people that it still lacks.

    Raises
    ------
    NotFoundError
        There is no such order.
    ConflictError
        It is cancelled, or its posts are closed.
    """
    book = open_order_book(services, today, order_id)
    (order,) = plain_rows(book.records.orders)
    if order["cancelled_on"] is not None:
        raise ConflictError(
            f"订单 {order_id} 已取消 / the order {order_id} is cancelled",
            remedy="只评估有效的订单 / only orders that stand",
        )
    kept = book.standing[(book.standing["standing"] != Standing.LOST).to_numpy(bool)]
    in_class = kept["stage"].isin([EnrolmentStep.ENROLLED, EnrolmentStep.ATTENDING])
    run_of = book.records.enrolments.set_index("enrolment_id")["course_run_id"]
    runs = run_of.reindex(kept.loc[in_class, "enrolment_id"])
    certain = int((~in_class).sum()) + _completing(services.course_desk.open(state), runs)
    return assess_terms(services, state, order, max(0, order["people_wanted"] - certain), on_their_way=len(kept))


def assess_terms(
    services: Services, state: LiveState, order: dict[str, Any], wanted: int, *, on_their_way: int = 0
) -> AssessedOrder:
    """Assess an order, stored or not (`vacancy_id`, `ready_by`, `course_run_id`), for `wanted` people.

    Raises
    ------
    NotFoundError, ConflictError
        Its vacancy is unknown, or closed.
    """
    desk = services.course_desk.open(state)
    vacancies = replace(desk.vacancies.market, courses=desk.courses)
    row = desk.vacancies.find("vacancies", [order["vacancy_id"]])[0]
    if row < 0:
        raise _no_posts(services, order["vacancy_id"])
    terms = OrderTerms(int(row), wanted, order["ready_by"], order["course_run_id"])
    found = order_catalogue(
        vacancies, desk.course_vectors, desk.course_runs, terms, policy=desk.policy,
        prerequisites=desk.prerequisites, completion=load_completion_prior(),
    )  # fmt: skip
    everybody = vacancies.with_seekers_of(_everybody(state))
    with services.engine.connect() as connection:
        people = people_for_order(everybody, terms, found, trainee_facts(connection, everybody))
        used = programme_seats_used(connection, state.as_of.year)
    chosen = _considered(state, everybody, people, desk.vacancies.vacancy_vectors[row], wanted)
    market = vacancies.with_seekers_of(chosen.market)
    with services.engine.connect() as connection:
        facts = trainee_facts(connection, market)
    run_prices = state.prices(market)
    prices = np.zeros(len(market.vacancies)) if run_prices is None else run_prices
    vectors = desk.vacancies.vacancy_vectors
    candidates = retrieve(market, chosen.seeker_vectors, vectors, k=services.settings.candidates)
    today = todays_options(
        candidates, score_candidates(market, candidates, services.ranker), prices, len(market.seekers)
    )
    settings = UpliftSettings(services.settings.referrals_per_seeker, profile_share=desk.policy.profile_share)
    programmes = load_programmes(state.as_of)
    cohort = choose_cohort(
        market, chosen.seeker_vectors, vectors, services.ranker, prices, today, found, terms,
        terms_of(desk.policy, state.usual or today.mean_prospects(settings.referrals, prices)), facts=facts,
        programmes=programmes, used={one.programme: used.get(one.programme, 0) for one in programmes},
        priority=priority_weights(market.seekers["group_mask"].to_numpy(), load_priority_groups(), state.as_of),
        settings=settings,
    )  # fmt: skip
    answer = assess(everybody, terms, found, people, cohort)
    shown = withheld_order_origins(answer.origins, ready=answer.ready, could=answer.could)
    return AssessedOrder(market, found, answer, shown, wanted, on_their_way)


def _everybody(state: LiveState) -> Market:
    """The tables of all seekers, without a copy of their vectors."""
    rows = state.alive("seekers")
    parts = [
        EmbeddedMarket(part.market, part.seeker_vectors[:, :0], part.vacancy_vectors[:, :0]).select(
            mine, np.empty(0, np.int64)
        )
        for part, mine in ((state.base, rows.base), (state.delta, rows.delta))
    ]
    return joined(*parts).market


def _considered(
    state: LiveState, everybody: Market, people: OrderPeople, post: npt.NDArray[np.float32], wanted: int
) -> EmbeddedMarket:
    """Those who could be trained, the most similar to the posts where they are many."""
    names = everybody.seekers["seeker_id"].to_numpy(object)[people.could]
    in_delta, in_base = (part.find("seekers", names) for part in (state.delta, state.base))
    in_base = np.where(in_delta >= 0, -1, in_base)
    base, delta = np.sort(in_base[in_base >= 0]), np.sort(in_delta[in_delta >= 0])
    most = CONSIDERED + CONSIDERED_A_PLACE * wanted
    if len(base) + len(delta) > most:
        likeness = np.concatenate(
            [dot_rows(post, part.seeker_vectors, rows) for part, rows in ((state.base, base), (state.delta, delta))]
        )
        best = np.sort(np.argsort(-likeness, kind="stable")[:most])
        base, delta = base[best[best < len(base)]], delta[best[best >= len(base)] - len(base)]
    return state.gather(Rows(base, delta), NO_ROWS)


def _completing(desk: OpenDesk, runs: pd.Series[str]) -> int:
    """How many of the people in these classes, one a row, are expected to complete them, rounded down."""
    prior = load_completion_prior()
    courses = desk.courses.set_index("course_id")[["title", "duration_days"]]
    likely = {
        str(course): prior[completion_class(prior, str(title), int(days))].probability
        for course, title, days in zip(courses.index, courses["title"], courses["duration_days"], strict=True)
    }
    course_of = desk.course_runs.set_index("course_run_id")["course_id"]
    return math.floor(runs.map(course_of).map(likely).sum())


def _no_posts(services: Services, vacancy_id: str) -> NotFoundError | ConflictError:
    from data.storage.record_repository import record_status

    with services.engine.connect() as connection:
        status = record_status(connection, "vacancies", vacancy_id)
    if status is None:
        return NotFoundError(
            f"没有岗位 {vacancy_id} / there is no vacancy {vacancy_id}",
            remedy="先导入预留的岗位 / import the posts that are reserved first",
        )
    return ConflictError(
        f"岗位 {vacancy_id} 已关闭或不在有效期内 / the vacancy {vacancy_id} is closed or outside its dates",
        remedy="订单须有在招岗位 / an order needs posts that are open",
    )
