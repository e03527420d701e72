"""What a year of classes may not do, whatever the policy, and what it must."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError
from data.market import market_from_records
from evaluation.simulation.comparisons import COURSES, policy_named
from evaluation.simulation.course_measures import course_measures
from evaluation.simulation.course_month import CourseMonth, Enrolments
from evaluation.simulation.course_year import SEATS, CourseYear, YearOfCourses
from evaluation.simulation.enrolment_policies import NONE, OURS, EnrolmentPolicy, NoCourses, Uplift
from evaluation.simulation.prepared_city import CityFolder, open_base, open_city
from evaluation.simulation.simulated_city import SimulatedCity
from evaluation.simulation.units import Unit, run_unit, units_of
from evaluation.simulation.year import Arm, YearOutcome, simulate_year
from tests.evaluation.simulation.conftest import WITH_COURSES

SEED = WITH_COURSES.city.seed
Year = tuple[YearOutcome, YearOfCourses]


@pytest.fixture(scope="module")
def city(course_city: CityFolder) -> SimulatedCity:
    return open_city(course_city)


@pytest.fixture(scope="module")
def years(city: SimulatedCity, course_city: CityFolder) -> dict[str, Year]:
    return {policy.name: simulated(city, course_city, policy) for policy in COURSES.policies}


def simulated(city: SimulatedCity, folder: CityFolder, policy: EnrolmentPolicy) -> Year:
    courses = CourseYear(city, open_base(folder.base), folder.settings, seed=SEED)
    everyone = np.ones(city.n_seekers, dtype=bool)
    outcome = simulate_year(city, folder.candidates, [Arm(policy, everyone)], seed=SEED, courses=courses)
    return outcome, courses.outcome()


def test_without_classes_it_is_the_year_of_the_referrals_alone(city, course_city, years):
    everyone = np.ones(city.n_seekers, dtype=bool)
    alone = simulate_year(city, course_city.candidates, [Arm(policy_named("ranker_with_prices"), everyone)], seed=SEED)
    outcome, courses = years[NONE.name]
    pd.testing.assert_frame_equal(outcome.starts, alone.starts)
    assert len(courses.seats) == 0
    assert courses.offered > 0


@pytest.mark.parametrize("name", ["popular_courses", "nearest_gaps", "uplift_with_prices"])
def test_policies_that_train_fill_seats(name, years):
    _, courses = years[name]
    assert 0 < courses.seats["taken_up"].sum() <= courses.offered


def test_nobody_is_in_two_classes_or_in_class_and_at_work(years):
    for outcome, courses in years.values():
        taken = courses.seats[courses.seats["taken_up"]].sort_values(["seeker", "first_day"])
        before = taken.groupby("seeker")["last_day"].shift()
        assert (taken["first_day"] > before.fillna(-1)).all()
        both = taken.merge(outcome.starts, on="seeker", suffixes=("", "_of_start"))
        assert not ((both["start_day"] <= both["last_day"]) & (both["leave_day"] > both["first_day"])).any()


def test_who_is_in_class_on_the_day_of_referrals_gets_none(years, city):
    day = np.array(city.month_days)
    for outcome, courses in years.values():
        taken = courses.seats[courses.seats["taken_up"]]
        both = outcome.referrals.merge(taken, on="seeker", suffixes=("", "_of_seat"))
        on = day[both["month"]]
        assert not ((on >= both["first_day"]) & (on <= both["last_day"])).any()


def test_who_was_held_back_is_not_trained_later(years):
    _, trial = years["uplift_trial"]
    held_back = trial.seats[trial.seats["held_back"]]
    assert 0.3 < len(held_back) / len(trial.seats) < 0.7
    assert not trial.seats["taken_up"][trial.seats["seeker"].isin(held_back["seeker"])].any()


def test_what_a_certificate_opens_is_referred_to_and_only_after_the_class(city, course_city, years):
    """Referrals that the rules forbade before the course: they must be of people who completed one by then."""
    base = open_base(course_city.base)
    outcome, courses = years["popular_courses"]
    register = market_from_records(base.records, course_city.settings.city.as_of, include_closed=True)
    held = register.seekers["credential_mask"].to_numpy(np.uint64)[outcome.referrals["seeker"]]
    complete = register.seekers["credentials_complete"].to_numpy(bool)[outcome.referrals["seeker"]]
    asked = register.vacancies["credential_mask"].to_numpy(np.uint64)[outcome.referrals["vacancy"]]
    newly = outcome.referrals[complete & (asked & ~held != 0)]
    completed = courses.seats[courses.seats["completed"]]
    assert len(newly) > 0
    day = np.array(city.month_days)
    for seeker, month in zip(newly["seeker"], newly["month"], strict=True):
        mine = completed[completed["seeker"] == seeker]
        assert (mine["last_day"] < day[month]).any()


@dataclass(frozen=True)
class Unfair(NoCourses):
    """Breaks the rule that it names."""

    name: str = "unfair"

    def enrol(self, month: CourseMonth) -> Enrolments:
        seeker, run = (rows[:1] for rows in np.nonzero(month.may_take))
        if self.zh == "twice":
            return Enrolments.of(np.repeat(seeker, 2), np.repeat(run, 2))
        if self.zh == "full":
            people = np.arange(int(month.catalogue.runs["seats"].iloc[0]) + 1)
            return Enrolments.of(people, np.zeros(len(people), dtype=np.int32))
        return Enrolments.of(*(rows[:1] for rows in np.nonzero(~month.may_take)))


@pytest.mark.parametrize(
    ("rule", "said"), [("twice", "two seats"), ("full", "more people than seats"), ("", "forbidden by a condition")]
)
def test_a_policy_that_breaks_a_rule_is_refused(rule, said, city, course_city):
    with pytest.raises(DataError, match=said):
        simulated(city, course_city, Unfair(zh=rule))


@dataclass(frozen=True)
class Scarce(Uplift):
    """Ours, where each programme pays for `places` seats a year."""

    name: str = "scarce"
    places: int = 2

    def enrol(self, month: CourseMonth) -> Enrolments:
        few = [replace(one, seats_a_year=self.places) for one in month.programmes]
        return super().enrol(replace(month, programmes=few))


def test_the_quota_of_a_calendar_year_is_not_given_twice(city, course_city, years):
    def taken_up(of_year: YearOfCourses) -> pd.Series[int]:
        taken = of_year.seats[of_year.seats["taken_up"]]
        first = pd.Timestamp(city.as_of) + pd.to_timedelta(taken["first_day"], unit="D")
        return taken.groupby(["programme", first.dt.year]).size()

    _, unbound = years[OURS.name]
    _, scarce = simulated(city, course_city, Scarce())
    free, few = taken_up(unbound), taken_up(scarce)
    assert (few <= 2).all()
    assert {2026, 2027} == set(few[few == 2].index.get_level_values(1))  # used up, but for seats that nobody took up
    assert set(free[free > 2].index.get_level_values(1)) == {2026, 2027}  # each year has a quota of its own


def test_the_gain_is_that_of_those_who_got_a_seat_over_those_held_back_by_lot(city):
    """Twelve people chosen: of the six with a seat four are placed within ten days, of the six without one."""
    n = 12
    seats = SEATS.check(
        pd.DataFrame(
            {
                "seeker": np.arange(n, dtype=np.int32), "course": np.int32(0), "month": np.int32(0),
                "first_day": np.int32(3), "last_day": np.int32(5), "programme": pd.array(["rural"] * n),
                "horizon_days": np.int32(10),
                "expected_gain": pd.array(np.repeat([0.1, 0.3, 0.5], 4), dtype="Float64"),
                "held_back": np.arange(n) % 2 == 1, "taken_up": np.arange(n) % 2 == 0,
                "completed": np.arange(n) % 2 == 0,
            }
        )
    )  # fmt: skip
    # Whoever starts on day 11 starts too late; who starts on day 0 began before the decision.
    day_of = {0: 10, 4: 1, 6: 9, 8: 5, 9: 7, 2: 11, 5: 0}
    starts = pd.DataFrame({"seeker": [*day_of], "start_day": [*day_of.values()]})
    made_up = YearOutcome(starts, pd.DataFrame(), pd.DataFrame(), 1)
    found = course_measures(city, made_up, YearOfCourses(seats, 24)).set_index("measure")["value"]
    assert found["realised_gain"] == pytest.approx(4 / 6 - 1 / 6)
    assert [found[f"expected_gain{part}"] for part in ("", "_low", "_middle", "_high")] == pytest.approx(
        [0.3, 0.1, 0.3, 0.5]
    )
    assert [found[f"realised_gain{part}"] for part in ("_low", "_middle", "_high")] == pytest.approx([0.5, 1.0, 0.0])
    assert (found["trained"], found["seats_used"], found["completed"]) == (6, 0.25, 1.0)


def test_a_unit_holds_the_year_and_its_classes(course_city):
    assert units_of([5], COURSES.named([NONE.name, OURS.name]), COURSES) == [Unit(5, NONE.name), Unit(5, OURS.name)]
    found = run_unit(Unit(SEED, OURS.name), course_city)
    measures = found[found["group"] == "everyone"].set_index("measure")["value"]
    assert measures["trained"] > 0
    assert 0 < measures["placed_90"] < 1
    again = run_unit(Unit(SEED, OURS.name), course_city)
    pd.testing.assert_frame_equal(found, again)
