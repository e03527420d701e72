"""Support for a person who wants to start a business, from the records as they stand now, beside the work he could get.

Someone who does not want to start gets none. Mentors' prices are those of everybody who wants to start.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.embedded_market import EmbeddedMarket, Vectors
from api.jobs.put_startup_file import code_of_trade
from api.live_answers import answer_seeker
from api.live_state import NO_ROWS, LiveState, Rows
from api.trainee_facts import trainee_facts
from data.market import Market, market_from_records
from data.reference.startup_support import (
    SupportRule,
    load_startup_policy,
    load_support_rules,
)
from data.reference.training_completion import load_completion_prior
from data.reference.training_policy import load_training_policy
from data.reference.training_prerequisites import load_prerequisites
from data.startup_columns import INCUBATORS, MENTORS, STARTUP_WISHES, rows_of
from data.storage.class_places import with_free_seats
from data.storage.database import consistent_reading
from data.storage.record_repository import load_records
from data.storage.startup_repository import open_support, read_startup_records, wishes_to_start
from models.embedder import encode
from models.profile_reader import ProfileReading, read_profile
from training_recs.entrepreneurship.entitlements import Entitlement, entitlements
from training_recs.entrepreneurship.recommend_support import allocate_mentors, recommend_support
from training_recs.entrepreneurship.starters import starters_of
from training_recs.entrepreneurship.startup_courses import startup_courses
from training_recs.entrepreneurship.support_worth import judge_support, support_texts

if TYPE_CHECKING:
    from api.bootstrap import Services


MOST_SHARE_OF_TIME = 0.05
"""Of the time at most this share goes into allocating mentors anew: in a small city each change is allowed for at once,
where it takes seconds the prices may be some minutes old. Who is full or closed is gone at once either way."""


@dataclass(frozen=True)
class Allocated:
    """An allocation of mentors to everybody who wanted to start, by identifier; `certificate` as MentorAllocation.

    `made_from`: a digest of the wishes and the mentors. What people want is not kept: who is erased is to be forgotten.
    """

    day: date
    made_from: str
    mentor_of: Mapping[str, str]
    price: pd.Series[float]
    certificate: float
    seconds: float
    finished: float

    def of_people(self, seeker_ids: Sequence[str]) -> Allocated:
        """The same without those who are not among these: erased, withdrawn, or of another mind."""
        wanting = set(seeker_ids)
        return replace(self, mentor_of={one: mentor for one, mentor in self.mentor_of.items() if one in wanting})


@dataclass(frozen=True)
class OpenSupport:
    """INCUBATORS and MENTORS that are open and have a place now; `prices` float64, row for row with the mentors.

    `wanting`: identifiers of everybody who wants to start now.
    """

    wanting: Sequence[str]
    incubators: pd.DataFrame
    mentors: pd.DataFrame
    prices: npt.NDArray[np.float64]
    allocated: Allocated

    def mentor_of(self, seeker_id: str) -> str | None:
        """The mentor whom the allocation gives to this person, while he has a place."""
        mentor = self.allocated.mentor_of.get(seeker_id)
        return mentor if mentor is not None and (self.mentors["mentor_id"] == mentor).any() else None


class StartupDesk:
    """Reads incubators and mentors anew each time, and allocates mentors when they, the wishes or the day change."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._of_support: dict[str, Vectors] = {}
        self._allocated: Allocated | None = None

    def open(self, state: LiveState) -> OpenSupport:
        """What is open now, for the people of `state`."""
        with consistent_reading(self._services.engine) as connection:
            incubators, mentors = (open_support(connection, layout, state.day) for layout in (INCUBATORS, MENTORS))
            wishes = wishes_to_start(connection, state.day)
        with self._lock:
            self._keep_vectors([*support_texts(incubators), *support_texts(mentors)])
            allocated = self._allocated
            if allocated is None or self._is_stale(allocated, state, _digest(wishes, mentors)):
                allocated = self._allocate(state, wishes, mentors)
            wanting = wishes["seeker_id"].tolist()
            allocated = self._allocated = allocated.of_people(wanting)
        prices = np.asarray(allocated.price.reindex(mentors["mentor_id"]).fillna(0.0), dtype=np.float64)
        return OpenSupport(wanting, incubators, mentors, prices, allocated)

    def _is_stale(self, known: Allocated, state: LiveState, digest: str) -> bool:
        if known.day != state.as_of:
            return True
        return known.made_from != digest and time.monotonic() - known.finished >= known.seconds / MOST_SHARE_OF_TIME

    def _allocate(self, state: LiveState, wishes: pd.DataFrame, mentors: pd.DataFrame) -> Allocated:
        start = time.monotonic()
        everybody = starters_of(_people(state, wishes["seeker_id"].tolist()), wishes)
        found = allocate_mentors(
            everybody, mentors, self.of_people(everybody.texts()), self._kept(support_texts(mentors)),
            load_startup_policy(state.as_of),
        )  # fmt: skip
        has_one = np.flatnonzero(found.mentor >= 0)
        people = everybody.wishes["seeker_id"].iloc[has_one]
        chosen = mentors["mentor_id"].iloc[found.mentor[has_one]]
        end = time.monotonic()
        return Allocated(
            state.as_of, _digest(wishes, mentors), dict(zip(people, chosen, strict=True)),
            pd.Series(found.price, index=mentors["mentor_id"]), found.certificate, end - start, end,
        )  # fmt: skip

    def of_people(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what people want, float32 (n, d). Nothing of them is kept."""
        return encode(self._services.embedder, list(texts))

    def of_support(self, texts: Sequence[str]) -> Vectors:
        """Vectors of incubators or mentors that are open, float32 (n, d); each is embedded once."""
        with self._lock:
            self._keep_vectors([*self._of_support, *texts])
            return self._kept(texts)

    def _keep_vectors(self, texts: Sequence[str]) -> None:
        fresh = sorted(set(texts) - self._of_support.keys())
        known = self._of_support | dict(zip(fresh, encode(self._services.embedder, fresh), strict=True))
        self._of_support = {one: known[one] for one in texts}

    def _kept(self, texts: Sequence[str]) -> Vectors:
        width = encode(self._services.embedder, []).shape[1]
        return np.array([self._of_support[one] for one in texts], dtype=np.float32).reshape(-1, width)


def _digest(wishes: pd.DataFrame, mentors: pd.DataFrame) -> str:
    digest = sha256()
    for table in (wishes, mentors):
        digest.update(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes())
    return digest.hexdigest()


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
        course_runs = with_free_seats(connection, records.course_runs)
        facts = trainee_facts(connection, replace(person.market, seekers=starters.seekers))
    offered = market_from_records(replace(records, seekers=records.seekers.iloc[:0]), state.as_of)
    sure = {rules[rule].support for rule in entitled.loc[entitled["verdict"] == Entitlement.ENTITLED, "rule"]}
    courses, runs = startup_courses(
        starters, offered, course_runs, np.full(len(starters), "training" in sure),
        policy=load_training_policy(state.as_of), prerequisites=load_prerequisites(state.as_of),
        completion=load_completion_prior(), limit=limit, facts=facts,
    )  # fmt: skip
    vector = desk.of_people(starters.texts())
    lists = [
        recommend_support(
            judge_support(starters, places, vector, desk.of_support(support_texts(places)), policy), prices, limit=limit
        )
        for places, prices in ((support.incubators, None), (support.mentors, support.prices))
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
    reading = read_profile(str(seeker["profile_text"]), None)
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
    row: dict[str, Any] = {"wants_to_start": True} if given else {}
    row |= {name: value for name, value in read.items() if value is not None} | given
    if row.get("wants_to_start") is None:
        return STARTUP_WISHES.empty()
    if row.get("trade") and not row.get("occupation_code"):
        row["occupation_code"] = code_of_trade(str(row["trade"]), services.coder)
    row = {"standings_complete": False, "source": "profile", "is_synthetic": False} | row
    row |= {"seeker_id": seeker_id, "recorded_on": today}
    return rows_of(STARTUP_WISHES, [row])
