"""Who can be trained for an order, in which class, and who gets its seats. Small cases by hand.

The order: people for the forklift posts of V-2, which need the certificate that the course C-1 gives; today 1 June.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.columns import COURSE_RUNS
from data.reference.training_completion import load_completion_prior
from data.reference.training_prerequisites import load_prerequisites
from data.reference.training_programmes import TrainingProgramme
from matching.eligibility import judge
from models.ranker import prior_ranker
from tests.data.records_for_tests import AS_OF, seeker
from tests.training_recs.course_market_for_tests import POLICY, CourseMarket, course, course_market, run, same_vectors
from training_recs.course_conditions import TraineeFacts
from training_recs.course_value import terms_of
from training_recs.training_orders.assess_order import OrderAssessment, Verdict, assess
from training_recs.training_orders.order_catalogue import OrderCatalogue, order_catalogue
from training_recs.training_orders.order_cohort import OrderCohort, choose_cohort
from training_recs.training_orders.order_people import OrderPeople, people_for_order
from training_recs.training_orders.order_terms import OrderTerms
from training_recs.uplift import UpliftSettings

V2 = 1
ANY = TrainingProgramme("employment", "就业培训", "employment training", 100, "", None)
IN_TIME = date(2026, 7, 31)


@dataclass(frozen=True)
class Assessed:
    city: CourseMarket
    found: OrderCatalogue
    people: OrderPeople
    cohort: OrderCohort
    answer: OrderAssessment

    @property
    def seated(self) -> list[str]:
        rows = [] if self.cohort.seats is None else self.cohort.seats.seated["seeker"].tolist()
        return [str(self.city.market.seekers["seeker_id"][row]) for row in rows]


def order(
    seekers: list[dict[str, Any]], *, wanted: int = 2, ready_by: date = IN_TIME, chosen: str | None = None,
    vacancy: int = V2, courses: list[dict[str, Any]] | None = None, runs: list[dict[str, Any]] | None = None,
    price: float = 0.0, facts: dict[str, list[int]] | None = None, held: tuple[str, ...] = (),
    programmes: tuple[TrainingProgramme, ...] = (ANY,), priority: list[float] | None = None,
) -> Assessed:  # fmt: skip
    city = course_market([course()] if courses is None else courses, runs, seekers=seekers, held=held)
    market, n = city.market, len(seekers)
    terms = OrderTerms(vacancy, wanted, ready_by, chosen)
    each = [run(course_run_id=f"R-{c}", course_id=c) for c in market.courses["course_id"]]
    table = pd.DataFrame(each if runs is None else runs, columns=list(COURSE_RUNS.columns))
    dated = table.assign(starts_on=pd.to_datetime(table["starts_on"]), ends_on=pd.to_datetime(table["ends_on"]))
    found = order_catalogue(
        market, same_vectors(len(market.courses)), COURSE_RUNS.check(dated), terms,
        policy=POLICY, prerequisites=load_prerequisites(AS_OF), completion=load_completion_prior(),
    )  # fmt: skip
    nothing = TraineeFacts.nothing_known(n)
    known = replace(nothing, **{name: np.array(values, np.int32) for name, values in (facts or {}).items()})
    people = people_for_order(market, terms, found, known)
    prices = np.zeros(len(market.vacancies))
    prices[vacancy] = price
    today = city.today(prices)
    cohort = choose_cohort(
        market, city.seeker_vectors, city.vacancy_vectors, prior_ranker(), prices, today, found, terms,
        terms_of(POLICY, today.mean_prospects(3, prices)), facts=known, programmes=programmes, used={},
        priority=np.array(priority or [1.0] * n), settings=UpliftSettings(),
    )  # fmt: skip
    return Assessed(city, found, people, cohort, assess(market, terms, found, people, cohort))


def forklift_wish(number: int, **changes: Any) -> dict[str, Any]:
    """Somebody who wants such work, holds no certificate and was asked."""
    wish = {"desired_title": "叉车司机", "desired_occupation_code": "6-30-05-01", "profile_text": "想开叉车"}
    return seeker(seeker_id=f"S-{number}", **wish | changes)


FOUR = [forklift_wish(n) for n in (1, 2, 3, 4)]


def test_a_planned_class_that_ends_in_time_serves_the_order_with_a_reserve_for_dropouts() -> None:
    found = order(FOUR)
    assert found.answer.verdict is Verdict.FEASIBLE
    best = found.cohort.classes.iloc[0]
    assert (best["course_run_id"], best["is_new"], best["free_seats"]) == ("R-C-1", False, 20)
    assert best["needed"] == len(found.seated) == 3  # two, and one who is expected to drop out
    assert found.cohort.seats is not None
    assert len(found.cohort.seats.waiting) == 1  # the fourth replaces whoever does
    assert found.cohort.expected_certified == pytest.approx(3 * best["completion"])
    assert 0 < found.cohort.expected_hired < found.cohort.expected_certified
    assert (found.answer.ready, found.answer.could, found.answer.held_up) == (0, 4, 0)
    by_district = found.answer.origins[found.answer.origins["by"] == "district"]
    assert by_district[["code", "could"]].values.tolist() == [["220102", 4]]


def test_whoever_meets_the_posts_needs_no_course_and_gets_no_seat() -> None:
    found = order(FOUR, held=("SE-FORKLIFT",))
    assert (found.answer.ready, found.answer.could) == (1, 3)
    assert "S-1" not in found.seated
    assert found.answer.advice[0][1] == "1 people meet the posts already: refer them, they need no course"


def test_without_a_planned_class_a_new_one_would_have_to_begin_by_a_day() -> None:
    late = [run(course_run_id="R-1", starts_on="2026-08-01", ends_on="2026-08-12")]
    found = order(FOUR, runs=late)
    assert found.answer.verdict is Verdict.NEW_CLASS
    # As long as the planned one: twelve days, the last of them the day by which training has to end.
    assert found.cohort.classes.iloc[0]["starts_on"] == pd.Timestamp("2026-07-20")
    assert found.answer.words[1].startswith("a new class would have to begin by 2026-07-20")


def test_an_order_that_comes_too_late_is_told_the_earliest_day() -> None:
    found = order(FOUR, ready_by=date(2026, 6, 10))
    assert found.answer.verdict is Verdict.TOO_LATE
    # Three days to enrol, and twelve in class: 4 to 15 June.
    assert found.answer.words[1] == "no course can end by 2026-06-10; the earliest end is 2026-06-15"
    assert found.answer.advice[-1][1] == "move the day on which training may end by 5 days"


def test_posts_to_which_no_course_leads() -> None:
    found = order(FOUR, vacancy=2)  # welding
    assert found.answer.verdict is Verdict.NO_COURSE
    assert found.answer.could == 0


def test_nobody_who_could_be_trained_is_told_with_what_keeps_people_away() -> None:
    far = [forklift_wish(n, commute_limit_km=20, district_code="220182") for n in (1, 2)]
    found = order([*far, forklift_wish(3, wage_min_cny_month=9000)])
    assert found.answer.verdict is Verdict.NOBODY
    told = found.answer.limits.set_index("name")
    assert told.loc["commute", ["people", "only"]].tolist() == [2, 2]
    assert told.loc["wage", ["people", "only"]].tolist() == [1, 1]
    assert any("工资" in zh for zh, _ in found.answer.advice)


def test_a_condition_of_the_class_holds_people_up() -> None:
    in_class = {"free_from_days": [0, 60, 60, 60], "subsidised_this_year": [0, 0, 0, 0]}
    found = order(FOUR, chosen="R-C-1", facts=in_class)
    assert (found.answer.could, found.answer.held_up) == (1, 3)
    assert found.answer.limits.set_index("name").loc["timetable", "people"] == 3
    assert found.answer.verdict is Verdict.SHORT
    assert found.seated == ["S-1"]


def test_seats_limit_the_cohort_and_more_of_them_are_asked_for() -> None:
    found = order(FOUR, chosen="R-1", runs=[run(course_run_id="R-1", seats=1)])
    assert found.answer.verdict is Verdict.SHORT
    assert len(found.seated) == 1
    assert ("该班增加 2 个名额", "2 more seats in that class") in found.answer.advice
    wider = order(FOUR, runs=[run(course_run_id="R-1", seats=1)])
    assert wider.answer.verdict is Verdict.NEW_CLASS  # where no class is chosen a new one does better


def test_a_chosen_class_that_is_full_gives_way_to_others() -> None:
    found = order(FOUR, chosen="R-1", runs=[run(course_run_id="R-1", seats=0)])
    assert not found.found.chosen_is_open
    assert found.answer.verdict is Verdict.NEW_CLASS
    assert found.answer.advice[0][1].startswith("the run chosen, R-1, has begun, is full, or ends too late")


def test_priority_and_the_programmes_quota_are_those_of_all_seats() -> None:
    first = order(FOUR, wanted=1, priority=[1.0, 1.0, 1.0, 2.0])
    assert "S-4" in first.seated
    none_left = order(FOUR, programmes=(replace(ANY, seats_a_year=0),))
    assert none_left.seated == []
    assert none_left.cohort.seats is not None
    assert set(none_left.cohort.seats.waiting["reason"]) == {"quota"}


def test_a_post_that_is_worth_more_to_others_is_worth_less_to_the_cohort() -> None:
    cheap, dear = order(FOUR, price=0.0), order(FOUR, price=0.05)
    assert cheap.cohort.seats is not None
    assert dear.cohort.seats is not None
    assert dear.cohort.seats.objective < cheap.cohort.seats.objective
    priceless = order(FOUR, price=1.0)
    assert priceless.answer.verdict is Verdict.NOBODY
    assert "4 people could be trained, and to none of them" in priceless.answer.words[1]


def test_those_on_their_way_may_be_enough() -> None:
    assert order(FOUR, wanted=0).answer.verdict is Verdict.NOT_NEEDED


def test_training_in_the_trade_alone_is_for_those_who_never_did_it() -> None:
    # The electrician's posts of V-1 require no certificate; the course teaches that occupation.
    taught = [course(course_id="C-9", title="电工培训", credential_code=None, occupation_code="6-29-03-02")]
    found = order(FOUR, vacancy=0, courses=taught)
    assert not found.found.gives_requirement
    assert (found.answer.ready, found.answer.could, found.answer.to_ask) == (0, 4, 0)


@settings(max_examples=25, deadline=None)
@given(
    wanted=st.integers(0, 6), seats=st.integers(0, 5), people=st.integers(1, 6), held=st.booleans(),
    floors=st.lists(st.sampled_from([3000, 9000]), min_size=6, max_size=6),
)  # fmt: skip
def test_no_cohort_exceeds_the_order_or_its_class_or_breaks_a_rule(
    wanted: int, seats: int, people: int, held: bool, floors: list[int]
) -> None:
    found = order(
        [forklift_wish(n, wage_min_cny_month=floors[n]) for n in range(people)], wanted=wanted, chosen="R-1",
        runs=[run(course_run_id="R-1", seats=seats)], held=("SE-FORKLIFT",) if held else (),
    )  # fmt: skip
    most = OrderTerms(V2, wanted, IN_TIME).places(0.8) if wanted else 0
    assert len(found.seated) <= min(most, people)
    if found.found.chosen_is_open:
        assert len(found.seated) <= seats
    if found.cohort.seats is None:
        return
    rows = found.cohort.seats.seated["seeker"].to_numpy(np.int32)
    market = found.city.market
    trained = market.seekers.assign(
        credential_mask=market.seekers["credential_mask"] | found.found.catalogue.effects.credentials[0]
    )
    assert judge(replace(market, seekers=trained), rows, np.full(len(rows), V2, np.int32)).candidate.all()
