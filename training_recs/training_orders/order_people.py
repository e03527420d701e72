"""Who is there for an order: who meets the posts already, who would with a course, and what keeps the others from it.

Everybody is judged by the rules themselves, as he is and as he would be after each effect of the classes that serve the
order (`order_catalogue`); then by the conditions of those classes. Nothing here depends on scores or prices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import TEXT, Column, Table
from data.market import Market
from data.records import SeekerGroup
from data.reference.districts import load_districts
from matching.eligibility import RULES, judge_records, seeker_records, vacancy_records
from training_recs.course_conditions import TraineeFacts, judge_courses, load_conditions
from training_recs.course_effects import minor_groups
from training_recs.training_orders.order_catalogue import OrderCatalogue
from training_recs.training_orders.order_terms import OrderTerms

TRAINABLE = np.uint16(sum(1 << rule.bit for rule in RULES if rule.name in ("credentials", "languages", "experience")))

ORDER_LIMITS = Table(
    "order_limits",
    {
        "kind": Column(TEXT, "rule of the posts or condition of the classes", codes=frozenset(("rule", "condition"))),
        "name": Column(TEXT, "legal_rules.csv or training_conditions.csv"),
        "zh": Column(TEXT, "statement"),
        "en": Column(TEXT, "statement"),
        "people": Column("int64", "people whom it keeps away", low=0),
        "only": Column("int64", "of them, people whom nothing else keeps away", low=0),
    },
)
ORDER_ORIGINS = Table(
    "order_origins",
    {
        "by": Column(TEXT, "what people are counted by", codes=frozenset(("district", "group"))),
        "code": Column(TEXT, "division code or SeekerGroup; empty: not known, or in no group"),
        "ready": Column("int64", "people who meet the posts already", low=0),
        "could": Column("int64", "people who would with a course", low=0),
    },
)


@dataclass(frozen=True)
class OrderPeople:
    """Bool (seekers,) each: `ready` meets the posts without a course; `could` may take a class and would then.

    Of those who could, `to_ask`: whether they hold what is required is not known. `held_up`: a class would make them
    meet the posts, and a condition keeps them from every one. `limits` laid out as `ORDER_LIMITS`, the one that keeps
    most away first: rules for those whom no class helps, conditions for those held up.
    """

    ready: npt.NDArray[np.bool_]
    could: npt.NDArray[np.bool_]
    to_ask: npt.NDArray[np.bool_]
    held_up: npt.NDArray[np.bool_]
    limits: pd.DataFrame


def people_for_order(market: Market, terms: OrderTerms, found: OrderCatalogue, facts: TraineeFacts) -> OrderPeople:
    """Judge every seeker of the market for the order; `facts` row for row."""
    seekers = seeker_records(market.seekers)
    post = vacancy_records(market.vacancies.iloc[[terms.vacancy]])
    everybody, the_one = np.arange(len(seekers), dtype=np.int32), np.zeros(len(seekers), dtype=np.int32)
    now = judge_records(seekers, post, everybody, the_one)
    if found.gives_requirement:
        ready = now.candidate & (now.unknown & TRAINABLE == 0)
    else:
        ready = now.candidate & _did_such_work(market, terms.vacancy)
    # Without a course nobody becomes another: what keeps people away is then what does today.
    least, allowed = now.failed.copy(), np.zeros((len(seekers), len(found.catalogue.effects)), dtype=bool)
    effects = found.catalogue.effects
    for place, effect in enumerate(found.touched.effect):
        trained = seekers.copy()
        trained["credentials"] |= effects.credentials[effect]
        trained["experience"] += found.touched.replaced[place]
        failed = judge_records(trained, post, everybody, the_one).failed
        allowed[:, effect] = failed == 0
        fewer = np.bitwise_count(failed) < np.bitwise_count(least)
        least[fewer] = failed[fewer]
    trainable = np.flatnonzero(allowed.any(axis=1) & ~ready)
    kept_from = _conditions_that_fail(seekers[trainable], facts.of(trainable), found, allowed[trainable])
    could = np.zeros(len(seekers), dtype=bool)
    could[trainable] = kept_from == 0
    held_up = np.zeros(len(seekers), dtype=bool)
    held_up[trainable] = kept_from != 0
    away = ~ready & ~could & ~held_up
    limits = [
        *_tally("rule", least[away], [(rule.bit, rule.name, rule.zh, rule.en) for rule in RULES]),
        *_tally("condition", kept_from, [(one.bit, one.name, one.zh, one.en) for one in load_conditions()]),
    ]
    table = pd.DataFrame(limits, columns=list(ORDER_LIMITS.columns)).sort_values(
        ["people", "name"], ascending=[False, True]
    )
    to_ask = could & now.candidate if found.gives_requirement else np.zeros_like(could)
    return OrderPeople(ready, could, to_ask, held_up, ORDER_LIMITS.check(table))


def origins(market: Market, people: OrderPeople) -> pd.DataFrame:
    """From where they come, laid out as `ORDER_ORIGINS`; who is in several groups is counted in each."""
    codes = np.append(load_districts()["code"].to_numpy(object), "")[market.seekers["district"].to_numpy()]
    rows = [
        (
            "district",
            str(code),
            int((people.ready & (codes == code)).sum()),
            int((people.could & (codes == code)).sum()),
        )
        for code in np.unique(codes.astype(str))
    ]
    mask = market.seekers["group_mask"].to_numpy()
    members = [(str(group), mask >> bit & 1 == 1) for bit, group in enumerate(SeekerGroup)] + [("", mask == 0)]
    rows += [
        ("group", name, int((people.ready & inside).sum()), int((people.could & inside).sum()))
        for name, inside in members
    ]
    table = pd.DataFrame(rows, columns=list(ORDER_ORIGINS.columns))
    return ORDER_ORIGINS.check(table[table["ready"] + table["could"] > 0])


def _did_such_work(market: Market, vacancy: int) -> npt.NDArray[np.bool_]:
    """Whether each has held a job of the posts' minor group."""
    group = np.append(minor_groups(), -1)
    wanted = int(group[int(market.vacancies["occupation"].iloc[vacancy])])
    did = np.zeros(len(market.seekers), dtype=bool)
    if wanted >= 0:
        held = group[market.experience["occupation"].to_numpy()] == wanted
        did[market.experience["seeker"].to_numpy()[held]] = True
    return did


def _conditions_that_fail(
    seekers: npt.NDArray[np.void], facts: TraineeFacts, found: OrderCatalogue, allowed: npt.NDArray[np.bool_]
) -> npt.NDArray[np.uint16]:
    """Of each the conditions of the class that fewest keep him from, among those that would help him; 0: none."""
    offers = found.catalogue.offers
    least = np.full(len(seekers), np.iinfo(np.uint16).max, dtype=np.uint16)
    for number in range(len(offers)):
        one = offers[number : number + 1]
        failed = judge_courses(seekers, facts, one, found.catalogue.places)[0][:, 0]
        better = allowed[:, int(one["effect"][0])] & (np.bitwise_count(failed) < np.bitwise_count(least))
        least[better] = failed[better]
    return least


def _tally(
    kind: str, masks: npt.NDArray[np.uint16], names: list[tuple[int, str, str, str]]
) -> list[tuple[str, str, str, str, int, int]]:
    counted = []
    for bit, name, zh, en in names:
        failing = masks >> np.uint16(bit) & 1 == 1
        if failing.any():
            counted.append(
                (kind, name, zh, en, int(failing.sum()), int((failing & (np.bitwise_count(masks) == 1)).sum()))
            )
    return counted
