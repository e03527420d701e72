"""Support for a person who wants to start a business, from the records as they stand now, beside the work he could get.

Someone who does not want to start gets none. Mentors' prices are those of everybody who wants to start.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from api.embedded_market import EmbeddedMarket, Vectors
from api.jobs.put_startup_file import code_of_trade
from api.live_answers import answer_seeker
from api.live_state import NO_ROWS, LiveState, Rows
from data.columns import DATE
from data.market import Market, market_from_records
from data.reference.startup_support import (
    SupportRule,
    load_startup_policy,
    load_support_rules,
)
from data.reference.training_completion import load_completion_prior
from data.reference.training_policy import load_training_policy
from data.reference.training_prerequisites import load_prerequisites
from data.startup_columns import INCUBATORS, MENTORS, STARTUP_WISHES
from data.storage.database import consistent_reading
from data.storage.record_repository import load_records
from data.storage.startup_repository import open_support, read_startup_records, wishes_to_start
from models.embedder import encode
from models.profile_reader import ProfileReading, read_profile
from training_recs.entrepreneurship.entitlements import Entitlement, entitlements
from training_recs.entrepreneurship.recommend_support import MentorAllocation, allocate_mentors, recommend_support
from training_recs.entrepreneurship.starters import Starters, starters_of
from training_recs.entrepreneurship.startup_courses import startup_courses
from training_recs.entrepreneurship.support_worth import judge_support, support_texts

if TYPE_CHECKING:
    from api.bootstrap import Services


@dataclass(frozen=True)
class OpenSupport:
    """What is open at one moment: INCUBATORS and MENTORS tables, everybody who wants to start, and the allocation."""

    incubators: pd.DataFrame
    mentors: pd.DataFrame
    everybody: Starters
    allocation: MentorAllocation

    def mentor_of(self, seeker_id: str) -> str | None:
        """The mentor whom the allocation gives to this person."""
        row = np.flatnonzero(self.everybody.wishes["seeker_id"] == seeker_id)
        mentor = int(self.allocation.mentor[row[0]]) if len(row) else -1
        return None if mentor < 0 else str(self.mentors["mentor_id"].iloc[mentor])


class StartupDesk:
    """Reads incubators and mentors anew each time; allocates mentors anew when they, the wishes or the day change."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._vectors: dict[str, Vectors] = {}
        self._open: OpenSupport | None = None
        self._wishes = STARTUP_WISHES.empty()

    def open(self, state: LiveState) -> OpenSupport:
        """What is open now, for the people of `state`."""
        with consistent_reading(self._services.engine) as connection:
            incubators, mentors = (open_support(connection, layout, state.day) for layout in (INCUBATORS, MENTORS))
            wishes = wishes_to_start(connection, state.day)
        with self._lock:
            known = self._open
            if (
                known is None
                or known.everybody.market.as_of != state.as_of
                or not known.mentors.equals(mentors)
                or not self._wishes.equals(wishes)
            ):
                everybody = starters_of(_people(state, wishes["seeker_id"].tolist()), wishes)
                allocation = allocate_mentors(
                    everybody, mentors, self._embedded(everybody.texts()), self._embedded(support_texts(mentors)),
                    load_startup_policy(state.as_of),
                )  # fmt: skip
                known, self._wishes = OpenSupport(incubators, mentors, everybody, allocation), wishes
            self._open = replace(known, incubators=incubators)
            return self._open

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of short texts, float32 (n, d); each text is embedded once."""
        with self._lock:
            return self._embedded(texts)

    def _embedded(self, texts: Sequence[str]) -> Vectors:
        fresh = sorted(set(texts) - self._vectors.keys())
        self._vectors |= dict(zip(fresh, encode(self._services.embedder, fresh), strict=True))
        return np.array([self._vectors[text] for text in texts], dtype=np.float32)


def _people(state: LiveState, seeker_ids: Sequence[str]) -> Market:
    """Those of them who are in the market."""
    delta, base = (part.find("seekers", seeker_ids) for part in (state.delta, state.base))
    base = base[(delta < 0) & (base >= 0)]
    rows = Rows(np.sort(base[~state.dead["seekers"][base]]), np.sort(delta[delta >= 0]))
    return state.gather(rows, NO_ROWS).market


@dataclass(frozen=True)
class StartupAnswer:
    """What is told to one person. The tables are empty where `wants_to_start` is not True; None: he was not asked.

    `entitled` laid out as ENTITLEMENTS with rows of `rules`; `courses` as STARTUP_COURSES with rows of `runs` and of
    `market.courses`; `incubators` and `mentors` as RECOMMENDED_SUPPORT with rows of `support`. `wish`: a
    STARTUP_WISHES table of at most one row.
    """

    market: Market
    wants_to_start: bool | None
    wish: pd.DataFrame
    rules: tuple[SupportRule, ...]
    entitled: pd.DataFrame
    courses: pd.DataFrame
    runs: pd.DataFrame
    support: OpenSupport
    incubators: pd.DataFrame
    mentors: pd.DataFrame
    mentor_allocated: str | None
    work_market: Market
    work: pd.DataFrame
    work_utility: float
    by_price: bool


def answer_startup(
    state: LiveState, person: EmbeddedMarket, wish: pd.DataFrame, services: Services, *, limit: int
) -> StartupAnswer:
    """Support for the only seeker of `person`, whose wish (STARTUP_WISHES, at most one row) is given."""
    desk = services.startup_desk
    support, policy = desk.open(state), load_startup_policy(state.as_of)
    starters = starters_of(person.market, wish)
    rules = load_support_rules(state.as_of)
    entitled = entitlements(starters, rules)
    with consistent_reading(services.engine) as connection:
        records = load_records(connection, changed_since=state.revision)
    offered = market_from_records(replace(records, seekers=records.seekers.iloc[:0]), state.as_of)
    sure = {rules[rule].support for rule in entitled.loc[entitled["verdict"] == Entitlement.ENTITLED, "rule"]}
    courses, runs = startup_courses(
        starters, offered, records.course_runs, np.full(len(starters), "training" in sure),
        policy=load_training_policy(state.as_of), prerequisites=load_prerequisites(state.as_of),
        completion=load_completion_prior(), limit=limit,
    )  # fmt: skip
    vector = desk.vectors(starters.texts())
    lists = [
        recommend_support(
            judge_support(starters, places, vector, desk.vectors(support_texts(places)), policy), prices, limit=limit
        )
        for places, prices in ((support.incubators, None), (support.mentors, support.allocation.price))
    ]
    work = answer_seeker(state, person, services, limit=services.settings.referrals_per_seeker)
    net = (work.listed["score"].to_numpy(np.float64) - work.listed["price"].to_numpy(np.float64)).clip(0)
    return StartupAnswer(
        market=replace(person.market, courses=offered.courses),
        wants_to_start=bool(wish["wants_to_start"].iloc[0]) if len(wish) else None,
        wish=wish,
        rules=rules,
        entitled=entitled,
        courses=courses,
        runs=runs,
        support=support,
        incubators=lists[0],
        mentors=lists[1],
        mentor_allocated=support.mentor_of(str(person.market.seekers["seeker_id"].iloc[0])) if len(starters) else None,
        work_market=work.market,
        work=work.listed,
        work_utility=float(net.sum()),
        by_price=state.run_prices is not None,
    )


def recorded_wish(services: Services, person: Market) -> pd.DataFrame:
    """The wish on record of the only seeker; where there is none, what his own text says of it."""
    seeker = person.seekers.iloc[0]
    with services.engine.connect() as connection:
        found = read_startup_records(connection, STARTUP_WISHES, [seeker["seeker_id"]])
    if len(found):
        return found
    reading = read_profile(str(seeker["profile_text"]), services.coder)
    return told_wish(reading, {}, str(seeker["seeker_id"]), person.as_of, services)


def told_wish(
    reading: ProfileReading | None, told: Mapping[str, Any], seeker_id: str, today: date, services: Services
) -> pd.DataFrame:
    """A wish (STARTUP_WISHES) from what was read and what was told beside it, which wins; no row where neither says so.

    Naming a stage, a trade or anything else of a business says that he wants one.
    """
    given = {name: value for name, value in told.items() if value is not None}
    read = {} if reading is None else {
        "wants_to_start": reading.value("wants_to_start"), "trade": reading.value("startup_trade"),
    }  # fmt: skip
    row = {name: value for name, value in read.items() if value is not None} | (
        {"wants_to_start": True} if given else {}
    )
    row |= given
    if row.get("wants_to_start") is None:
        return STARTUP_WISHES.empty()
    if row.get("trade") and not row.get("occupation_code"):
        row["occupation_code"] = code_of_trade(str(row["trade"]), services.coder)
    row = {"standings_complete": False, "source": "profile", "is_synthetic": False} | row
    row |= {"seeker_id": seeker_id, "recorded_on": today}
    table = pd.DataFrame({name: [row.get(name)] for name in STARTUP_WISHES.columns})
    for name, column in STARTUP_WISHES.columns.items():
        if column.dtype == DATE:
            table[name] = pd.to_datetime(table[name])
    return STARTUP_WISHES.check(table)
