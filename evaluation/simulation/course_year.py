"""The classes of a year: who is in class when, who completes, and what people are afterwards.

Whoever has a seat and finds no work in the month is in class from its first day to its last; the hidden truth and his
luck say whether he completes. From the day after he holds the certificate: for the rules, the ranker and the truth.
Nothing else of him changes, and a seat that is not taken up stays empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Protocol, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import TEXT, Column, Table
from data.errors import DataError
from data.market import Market
from data.reference.training_completion import load_completion_prior
from data.reference.training_policy import TrainingPolicy, load_training_policy
from data.reference.training_prerequisites import load_prerequisites
from data.reference.training_programmes import load_programmes
from data.synthetic_city.year import YearSettings
from evaluation.simulation.course_month import CourseMonth, Enrolments
from evaluation.simulation.eligible_pairs import eligible_bits
from evaluation.simulation.enrolment_policies import EnrolmentPolicy
from evaluation.simulation.luck import Stream, luck
from evaluation.simulation.month_candidates import Lists, MonthCandidates, similar_lists
from evaluation.simulation.month_market import MonthMarket
from evaluation.simulation.prepared_city import CityBase
from evaluation.simulation.simulated_city import HiringTruth, SimulatedCity
from training_recs.course_catalogue import Catalogue, build_catalogue
from training_recs.course_conditions import TraineeFacts
from training_recs.seat_allocation import programme_of

Masks = npt.NDArray[np.uint64]

SEATS = Table(
    "seats",
    {
        "seeker": Column("int32", "row of the year's seekers", low=0),
        "course": Column("int32", "row of market_courses", low=0),
        "month": Column("int32", "month of the decision, from 0", low=0),
        "first_day": Column("int32", "first day of class, from as_of", low=0),
        "last_day": Column("int32", "last day of class, from as_of", low=0),
        "programme": Column(TEXT, "programme that pays for the seat; null: none", nullable=True),
        "horizon_days": Column("int32", "days from the decision that the gain is expected within", low=0),
        "expected_gain": Column("Float64", "placements within those days; null: nothing in numbers", nullable=True),
        "held_back": Column("bool", "chosen, and left without a seat by lot"),
        "taken_up": Column("bool", "found no work in the month, and was not held back"),
        "completed": Column("bool", "took it up and holds the certificate afterwards"),
    },
)


class TrainingTruth(HiringTruth, Protocol):
    """A truth that also knows what training does."""

    def p_complete(
        self, seeker_rows: npt.NDArray[np.integer], usual: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """Probability that the seeker completes a course that people complete with probability `usual`."""
        ...

    def with_credentials(self, gained: Masks) -> TrainingTruth:
        """The same once the seekers hold these credentials too, uint64 (seekers,)."""
        ...


@dataclass(frozen=True)
class YearOfCourses:
    """`seats` laid out as `SEATS`; `offered`: seats of all runs that could be begun."""

    seats: pd.DataFrame
    offered: int


class CourseYear:
    """What becomes of one year's people by training. Made anew for each simulated year: it remembers."""

    def __init__(self, city: SimulatedCity, base: CityBase, settings: YearSettings, *, seed: int) -> None:
        self._city, self._base, self._settings, self._seed = city, base, settings, seed
        leads = base.records.courses.dropna(subset="credential_code")["course_id"]
        runs = base.records.course_runs
        self._runs = runs[runs["course_id"].isin(leads)]
        self._gained = np.zeros(city.n_seekers, dtype=np.uint64)
        self._in_class_through = np.full(city.n_seekers, -1, dtype=np.int64)
        self._barred = np.zeros(city.n_seekers, dtype=bool)
        self._seats: list[pd.DataFrame] = []
        self._to_come: list[tuple[int, int, np.uint64]] = []
        self._offered = 0

    def begin(self, month: int, candidates: MonthCandidates) -> tuple[SimulatedCity, MonthCandidates, Market]:
        """The city and the month with the certificates gained by its day; and the register, with them too."""
        day = self._city.month_days[month]
        for last, seeker, mask in self._to_come:
            if last < day:
                self._gained[seeker] |= mask
        self._to_come = [one for one in self._to_come if one[0] >= day]
        truth = cast(TrainingTruth, self._city.truth).with_credentials(self._gained)
        market = self._market(month, candidates)
        return replace(self._city, truth=truth), self._with_trained(candidates, market), market

    def in_class(self, day: int) -> npt.NDArray[np.bool_]:
        """Bool (seekers,): whose class goes on on this day."""
        return self._in_class_through >= day

    def enrol(
        self, policy: EnrolmentPolicy, view: MonthMarket, market: Market, started: npt.NDArray[np.integer],
        *, prices: npt.NDArray[np.float64] | None = None,
    ) -> None:  # fmt: skip
        """Fill the classes that begin before the next month's day.

        Parameters
        ----------
        market
            What `begin` returned.
        started
            Rows of the year's seekers who found work in this month: they do not take a seat up.
        prices
            Of the month's referrals, `Pairs.price`.

        Raises
        ------
        DataError
            The policy gave a person two seats, a run too many, or a seat that a condition forbids.
        """
        known = self._course_month(view, market, np.zeros(len(view.vacancies)) if prices is None else prices)
        chosen = policy.enrol(known)
        _check(policy, known, chosen)
        free = ~self._barred[view.seekers[chosen.seeker]]
        people = view.seekers[chosen.seeker[free]]
        runs = known.catalogue.runs.iloc[chosen.run[free]]
        course = runs["course"].to_numpy()
        paid_by = programme_of(known.market, known.programmes, chosen.seeker[free], course)
        names = np.array([*(one.programme for one in known.programmes), None], dtype=object)  # −1, none, is the last
        day = self._city.month_days[view.month]
        held_back = self._drawn(Stream.HOLD_BACK, view.month, people, course) < policy.held_back
        taken_up = ~held_back & ~np.isin(people, started)
        usual = known.completion[chosen.run[free]]
        truth = cast(TrainingTruth, self._city.truth)
        completes = self._drawn(Stream.COMPLETE, view.month, people, course) < truth.p_complete(people, usual)
        first_day = day + runs["starts_in"].to_numpy(np.int64)
        last_day = first_day + runs["class_days"].to_numpy(np.int64) - 1
        self._in_class_through[people[taken_up]] = last_day[taken_up]
        self._barred |= np.isin(np.arange(self._city.n_seekers), people[held_back])
        done = taken_up & completes
        self._to_come += list(
            zip(last_day[done].tolist(), people[done].tolist(), known.gives[chosen.run[free]][done], strict=True)
        )
        self._offered += int(known.catalogue.runs["seats"].sum())
        given = {
            "seeker": people, "course": course, "month": np.int32(view.month), "first_day": first_day,
            "last_day": last_day, "programme": pd.Series(names[paid_by], dtype=TEXT),
            "horizon_days": known.horizon_days[chosen.seeker[free]],
            "expected_gain": pd.array(chosen.gain[free], dtype="Float64"), "held_back": held_back,
            "taken_up": taken_up, "completed": done,
        }  # fmt: skip
        if len(people):
            self._seats.append(pd.DataFrame(given))

    def outcome(self) -> YearOfCourses:
        """What was given in the year."""
        return YearOfCourses(SEATS.check(self._given()), self._offered)

    def _given(self) -> pd.DataFrame:
        return pd.concat(self._seats, ignore_index=True) if self._seats else SEATS.empty()

    def _drawn(
        self, stream: Stream, month: int, seeker: npt.NDArray[np.integer], course: npt.NDArray[np.integer]
    ) -> npt.NDArray[np.float64]:
        return luck(self._seed, stream, month, seeker, course)

    def _market(self, month: int, candidates: MonthCandidates) -> Market:
        market = self._base.market(self._settings, month)
        held = market.seekers["credential_mask"].to_numpy(np.uint64) | self._gained[candidates.seekers]
        return replace(market, seekers=market.seekers.assign(credential_mask=held))

    def _with_trained(self, candidates: MonthCandidates, market: Market) -> MonthCandidates:
        """The month's candidates, those of people who gained a certificate found anew.

        BM25 does not know certificates, and no policy of courses reads it.
        """
        places = np.flatnonzero(self._gained[candidates.seekers] != 0)
        if not len(places):
            return candidates
        people = market.of(places)
        bits = candidates.bits.copy()
        bits[places] = eligible_bits(people)
        found = similar_lists(
            people, np.ascontiguousarray(self._base.seeker_vectors[candidates.seekers[places]]),
            np.ascontiguousarray(self._base.vacancy_vectors[candidates.vacancies]), self._base.ranker,
        )  # fmt: skip
        return replace(candidates, bits=bits, similar=_replaced(candidates.similar, places, found))

    def _course_month(self, view: MonthMarket, market: Market, prices: npt.NDArray[np.float64]) -> CourseMonth:
        policy, programmes = load_training_policy(view.as_of), load_programmes(view.as_of)
        had, year = self._taken_up(), view.as_of.year
        used, used_next_year = (had["programme"][had["year"] == of].value_counts() for of in (year, year + 1))
        some = market.of(view.seeker_places, view.vacancy_places)
        day, days = self._city.month_days[view.month], (*self._city.month_days, self._city.days)
        left = self._city.seeker_last[view.seekers].astype(np.int64) + 1 - day
        return CourseMonth(
            view=view, market=some,
            seeker_vectors=np.ascontiguousarray(self._base.seeker_vectors[view.seekers]),
            vacancy_vectors=np.ascontiguousarray(self._base.vacancy_vectors[view.vacancies]),
            ranker=self._base.ranker, prices=prices,
            catalogue=self._catalogue(some, policy, days[view.month + 1] - day),
            policy=policy, programmes=programmes, facts=self._facts(view, had["seeker"][had["year"] == year]),
            seats_used={one.programme: int(used.get(one.programme, 0)) for one in programmes},
            seats_used_next_year={one.programme: int(used_next_year.get(one.programme, 0)) for one in programmes},
            horizon_days=np.minimum(left, policy.ranked_horizon_days),
        )  # fmt: skip

    def _catalogue(self, market: Market, policy: TrainingPolicy, days: int) -> Catalogue:
        """Runs for which this month is the last to enrol: each run is filled once."""
        first = pd.Timestamp(market.as_of) + timedelta(days=policy.enrolment_lead_days)
        starts = self._runs["starts_on"]
        coming = self._runs[(starts >= first) & (starts < first + timedelta(days=days))]
        return build_catalogue(
            market, self._base.course_vectors, coming, policy=policy, prerequisites=load_prerequisites(market.as_of),
            completion=load_completion_prior(),
        )  # fmt: skip

    def _taken_up(self) -> pd.DataFrame:
        """Seats taken up so far, with the calendar `year` in which the class begins."""
        had = self._given()
        had = had[had["taken_up"].to_numpy(bool)]
        first = pd.Timestamp(self._city.as_of) + pd.to_timedelta(had["first_day"], unit="D")
        return had.assign(year=first.dt.year)

    def _facts(self, view: MonthMarket, had: pd.Series[int]) -> TraineeFacts:
        """`had`: whose course was subsidised in the calendar year, once each course; fitness is not known."""
        count = np.bincount(had.to_numpy(np.int64), minlength=self._city.n_seekers)[view.seekers]
        return replace(TraineeFacts.nothing_known(len(view.seekers)), subsidised_this_year=count.astype(np.int32))


def _replaced(lists: Lists, places: Sequence[int] | npt.NDArray[np.int64], new: Lists) -> Lists:
    """The lists with those of `places`, rising, exchanged for the new ones."""
    count = np.diff(lists.first)
    kept = np.ones(len(count), dtype=bool)
    kept[places] = False
    count[places] = np.diff(new.first)
    first = np.concatenate([[0], np.cumsum(count)])
    is_old = np.repeat(kept, count)
    from_old = np.repeat(kept, np.diff(lists.first))

    def joined(old: npt.NDArray[Any], fresh: npt.NDArray[Any]) -> npt.NDArray[Any]:
        whole = np.empty(first[-1], dtype=old.dtype)
        whole[is_old], whole[~is_old] = old[from_old], fresh
        return whole

    return Lists(
        first, joined(lists.vacancy, new.vacancy), joined(lists.value, new.value), joined(lists.score, new.score)
    )


def _check(policy: EnrolmentPolicy, month: CourseMonth, chosen: Enrolments) -> None:
    given = np.bincount(chosen.run, minlength=len(month.catalogue.runs))
    wrong = {
        "people have two seats": len(chosen.seeker) - len(np.unique(chosen.seeker)),
        "runs have more people than seats": int((given > month.catalogue.runs["seats"].to_numpy()).sum()),
        "seats are forbidden by a condition": int((~month.may_take[chosen.seeker, chosen.run]).sum()),
    }
    for what, count in wrong.items():
        if count:
            raise DataError(
                f"policy {policy.name}, month {month.view.month}: {count} {what}",
                remedy="a policy gives a person one seat, a run as many as it has, and nobody what he may not take",
            )
