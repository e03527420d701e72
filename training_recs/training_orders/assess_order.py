"""Can an order be filled: the answer in words, from the classes, the people and the cohort."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import pandas as pd

from data.market import Market
from training_recs.training_orders.order_catalogue import OrderCatalogue
from training_recs.training_orders.order_cohort import OrderCohort
from training_recs.training_orders.order_people import OrderPeople, origins
from training_recs.training_orders.order_terms import OrderTerms


class Verdict(StrEnum):
    """Whether the order can be filled by training, and if not what is missing."""

    FEASIBLE = "feasible"
    NEW_CLASS = "new_class"
    """Only if a class that nobody has planned begins by a day."""
    SHORT = "short"
    """Some can be trained, fewer than ordered."""
    NO_COURSE = "no_course"
    TOO_LATE = "too_late"
    NOBODY = "nobody"
    NOT_NEEDED = "not_needed"
    """Nobody is left to be found: those on their way are enough."""


@dataclass(frozen=True)
class OrderAssessment:
    """`verdict` with its words in Chinese and English; `advice`: what would help, likewise, most useful first.

    `ready` and `could`: people who meet the posts without a course, and who would with one; `to_ask` of the latter;
    `held_up` by a condition of the classes. `origins` laid out as `ORDER_ORIGINS`, `limits` as `ORDER_LIMITS`.
    """

    verdict: Verdict
    words: tuple[str, str]
    advice: tuple[tuple[str, str], ...]
    ready: int
    could: int
    to_ask: int
    held_up: int
    origins: pd.DataFrame
    limits: pd.DataFrame
    cohort: OrderCohort


def assess(
    market: Market, terms: OrderTerms, found: OrderCatalogue, people: OrderPeople, cohort: OrderCohort
) -> OrderAssessment:
    """Put together what was found of an order; `market` is the one that `people` were judged in."""
    verdict, words = _verdict(market, terms, found, people, cohort)
    return OrderAssessment(
        verdict, words, tuple(_advice(verdict, terms, found, people, cohort)), int(people.ready.sum()),
        int(people.could.sum()), int(people.to_ask.sum()), int(people.held_up.sum()), origins(market, people),
        people.limits, cohort,
    )  # fmt: skip


def _verdict(
    market: Market, terms: OrderTerms, found: OrderCatalogue, people: OrderPeople, cohort: OrderCohort
) -> tuple[Verdict, tuple[str, str]]:
    wanted, ready_by = terms.people_wanted, terms.ready_by
    if wanted <= 0:
        return Verdict.NOT_NEEDED, ("在途人数已够，无需再招", "those on their way are enough: nobody else is needed")
    if not len(found.courses):
        return Verdict.NO_COURSE, (
            "课程目录中没有通向这些岗位的课程", "no course of the catalogue leads to these posts",
        )  # fmt: skip
    if not len(found.catalogue.offers):
        return Verdict.TOO_LATE, _too_late(ready_by, found.earliest_end)
    seated = 0 if cohort.seats is None else len(cohort.seats.seated)
    if not seated:
        could = int(people.could.sum())
        if could:
            return Verdict.NOBODY, (
                f"{could} 人可以培训，但对其中任何人都不如现有机会",
                f"{could} people could be trained, and to none of them is it worth more than what he has",
            )
        return Verdict.NOBODY, (
            "没有人能按期培训后符合这些岗位",
            "nobody could be trained in time and then meets these posts",
        )
    best = cohort.classes.iloc[0]
    title = str(market.courses["title"].iloc[int(best["course"])])
    days = f"{best['starts_on']:%Y-%m-%d} – {best['ends_on']:%Y-%m-%d}"
    certified = cohort.expected_certified
    said = (
        f"{title}（{days}）：{seated} 人入班，预计 {certified:.1f} 人结业，订单还需 {wanted} 人",
        f"{title} ({days}): {seated} people seated, {certified:.1f} expected to complete, {wanted} wanted still",
    )
    if seated < int(best["needed"]):
        return Verdict.SHORT, (f"不足：{said[0]}", f"too few: {said[1]}")
    if best["is_new"]:
        begin = f"{best['starts_on']:%Y-%m-%d}"
        return Verdict.NEW_CLASS, (
            f"须新开一班，最迟 {begin} 开班。{said[0]}", f"a new class would have to begin by {begin}. {said[1]}",
        )  # fmt: skip
    return Verdict.FEASIBLE, (f"可以完成：{said[0]}", f"can be filled: {said[1]}")


def _too_late(ready_by: date, earliest: date | None) -> tuple[str, str]:
    zh, en = f"没有课程能在 {ready_by} 前结业", f"no course can end by {ready_by}"
    if earliest is None:
        return zh, en
    return f"{zh}，最早 {earliest}", f"{en}; the earliest end is {earliest}"


def _advice(
    verdict: Verdict, terms: OrderTerms, found: OrderCatalogue, people: OrderPeople, cohort: OrderCohort
) -> list[tuple[str, str]]:
    advice: list[tuple[str, str]] = []
    if terms.course_run_id is not None and not found.chosen_is_open and verdict is not Verdict.NOT_NEEDED:
        advice.append(
            (
                f"所选班次 {terms.course_run_id} 已开班、已满或不能按期结业：以下是其他班次",
                f"the run chosen, {terms.course_run_id}, has begun, is full, or ends too late: these are others",
            )
        )
    ready = int(people.ready.sum())
    if ready and verdict is not Verdict.NOT_NEEDED:
        advice.append(
            (
                f"{ready} 人已符合岗位要求，无需培训：先直接推荐",
                f"{ready} people meet the posts already: refer them, they need no course",
            )
        )
    if verdict in (Verdict.FEASIBLE, Verdict.NOT_NEEDED):
        return advice
    if verdict is Verdict.NO_COURSE:
        return [
            *advice,
            ("请培训机构开设取得所需证书的课程", "ask an institution for a course that gives what is required"),
        ]
    if verdict is Verdict.TOO_LATE and found.earliest_end is not None:
        later = max((found.earliest_end - terms.ready_by).days, 1)
        return [*advice, (f"最迟结业日期推后 {later} 天", f"move the day on which training may end by {later} days")]
    best = cohort.classes.iloc[0] if len(cohort.classes) else None
    if verdict is Verdict.NEW_CLASS and best is not None:
        by = best["starts_on"].date() - timedelta(days=1)
        advice.append((f"{by} 前落实教师、教室并发布班次", f"find teacher and room and publish the run before {by}"))
    if best is not None and int(best["free_seats"]) < min(int(best["needed"]), int(best["people"])):
        more = min(int(best["needed"]), int(best["people"])) - int(best["free_seats"])
        advice.append((f"该班增加 {more} 个名额", f"{more} more seats in that class"))
    for limit in people.limits.head(3).itertuples(index=False):
        advice.append(
            (
                f"{limit.people} 人不符合“{limit.zh}”，其中 {limit.only} 人只差这一项",
                f"{limit.people} people fail “{limit.en}”, {limit.only} of them nothing else",
            )
        )
    return advice
