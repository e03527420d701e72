"""What a course is worth: it opens vacancies, at prices that say how crowded they are. Small markets, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.data.records_for_tests import vacancy
from tests.training_recs.course_market_for_tests import POLICY, course, course_market, run
from training_recs.course_conditions import TraineeFacts
from training_recs.course_statements import apply_now_statements, course_statements

FREE = [0.0, 0.0, 0.0]
FOUR = [
    course(),
    course(course_id="C-2", duration_days=30),
    course(course_id="C-3", title="没有证书也没有职业的课", credential_code=None),
    course(course_id="C-4", title="健康证", credential_code="HEALTH"),
]


def test_a_licence_opens_exactly_the_vacancy_that_asks_for_it() -> None:
    found = course_market(FOUR)
    [best] = found.advise(FREE).courses
    assert found.market.courses["course_id"][best.course] == "C-1"
    assert (best.opened, best.opened_openings) == ((1,), 2)
    # C-2 adds the same but takes longer; C-4 opens nothing; of C-3 nothing can be measured.
    assert [found.market.courses["course_id"][other] for other in best.alternatives] == ["C-2"]
    assert found.catalogue.not_offered["reason"].tolist() == ["nothing_to_measure"]


def test_training_for_a_full_occupation_is_worth_nothing() -> None:
    assert course_market(FOUR).advise([0.0, 1.0, 0.0]).apply_now


def test_uplift_is_the_score_of_the_vacancy_less_its_price_times_the_chance_to_complete() -> None:
    dear, free = (course_market(FOUR).advise([0.0, price, 0.0]).courses[0] for price in (0.001, 0.0))
    assert free.completion == pytest.approx(0.94)  # entry level, ten days
    assert free.uplift - dear.uplift == pytest.approx(0.94 * 0.001, abs=1e-6)


def test_what_can_be_had_by_applying_elsewhere_is_no_merit_of_a_course() -> None:
    # A cook whose list holds nothing, with a welder's post open to everybody that nobody showed him.
    open_to_all = ([vacancy(vacancy_id="V-9", title="焊工", occupation_code="6-18-02-04")], [])
    teaches = [course(title="电焊培训", occupation_code="6-18-02-04", credential_code="OP-WELD", duration_days=5)]
    found = course_market(teaches, vacancies=open_to_all)
    none_shown = replace(found.today(np.zeros(1)), net=np.zeros((1, 16), np.float32))
    advice = found.advise([0.0])
    assert none_shown.utility(3)[0] == 0
    assert advice.utility_today > 0
    assert advice.apply_now


def test_at_first_a_course_costs_search_and_later_it_gains() -> None:
    long = [course(duration_days=60)]
    runs = [run(starts_on="2026-06-05", ends_on="2026-08-28")]
    cheap = replace(POLICY, placement_worth_cny=1e9, ranked_horizon_days=360)
    gains = course_market(long, runs).advise(FREE, policy=cheap).courses[0].gains
    assert gains[90] < 0
    assert gains[90] < gains[180] < gains[360]


def test_nobody_is_sent_to_a_course_for_what_he_holds() -> None:
    assert course_market(FOUR, held=("SE-FORKLIFT",)).advise(FREE).apply_now


def test_a_chain_first_the_licence_that_the_certificate_needs() -> None:
    posts = ([vacancy(title="货车司机", occupation_code="4-02-02-02")], [("V-1", "DL-B2"), ("V-1", "TQ-GOODS")])
    courses = [
        course(course_id="C-B2", title="B2驾驶", credential_code="DL-B2"),
        course(course_id="C-TQ", title="货运从业资格", credential_code="TQ-GOODS"),
    ]
    runs = [
        run(course_run_id="R-B2", course_id="C-B2"),
        run(course_run_id="R-EARLY", course_id="C-TQ", starts_on="2026-07-05", ends_on="2026-07-08"),
        run(course_run_id="R-LATE", course_id="C-TQ", starts_on="2026-07-20", ends_on="2026-07-25"),
    ]
    found = course_market(courses, runs, vacancies=posts, birth_date="1990-05-05")
    [best] = found.advise([0.0]).courses
    ids = found.market.courses["course_id"]
    assert (ids[best.first_course], ids[best.course]) == ("C-B2", "C-TQ")
    # The later run: the other begins before the licence is had.
    assert found.catalogue.runs["course_run_id"][best.run] == "R-LATE"
    assert best.class_days == 12 + 6
    said = {one.code: one.zh for one in course_statements(best, found.market, found.catalogue)}
    assert said["first"] == "先上：B2驾驶（2026-07-01开班）"
    # One subsidised course a year: 900 + 900 less one subsidy.
    assert best.fee_after_subsidy_cny == pytest.approx(1200)


def test_no_chain_where_law_wants_the_first_held_for_years() -> None:
    posts = ([vacancy(title="拖车司机", occupation_code="4-02-02-02")], [("V-1", "DL-A2")])
    courses = [
        course(course_id="C-A2", title="A2驾驶", credential_code="DL-A2"),
        course(course_id="C-B2", title="B2驾驶", credential_code="DL-B2"),
    ]
    runs = [
        run(course_run_id="R-B2", course_id="C-B2"),
        run(course_run_id="R-A2", course_id="C-A2", starts_on="2026-08-01", ends_on="2026-08-20"),
    ]
    without = course_market(courses, runs, vacancies=posts)
    assert (without.catalogue.offers["first_course"] == -1).all()
    assert without.advise([0.0]).apply_now
    [best] = course_market(courses, runs, vacancies=posts, held=("DL-B2",)).advise([0.0]).courses
    assert "prerequisite" in [one.name for one in best.questions]  # held, but for how long?


def test_the_subsidy_of_the_year_is_had_once() -> None:
    spent = TraineeFacts(np.zeros(1, np.int32), np.ones(1, np.int8), np.ones(1, np.int32))
    first, second = (course_market(FOUR).advise(FREE, facts=facts).courses for facts in (None, spent))
    assert first[0].fee_after_subsidy_cny == pytest.approx(300)
    assert [one.fee_after_subsidy_cny for one in second] in ([], [pytest.approx(900)])


def test_training_replaces_a_year_of_experience_in_its_own_occupation_alone() -> None:
    posts = (
        [
            vacancy(title="电工", experience_min_years=1, occupation_code="6-31-01-03"),
            vacancy(vacancy_id="V-2", title="电工", experience_min_years=3, occupation_code="6-31-01-03"),
            vacancy(vacancy_id="V-3", title="厨师", experience_min_years=1, occupation_code="4-03-02-01"),
        ],
        [],
    )
    teaches = {"title": "电工培训", "occupation_code": "6-31-01-03", "credential_code": None}
    long, short = course(duration_days=20, **teaches), course(duration_days=19, **teaches)
    [best] = course_market([long], vacancies=posts, experience_years=0).advise(FREE).courses
    assert best.opened == (0,)
    assert course_market([short], vacancies=posts, experience_years=0).advise(FREE).apply_now


def test_who_was_not_asked_is_asked() -> None:
    [best] = course_market(FOUR[:1], credentials_complete=False, birth_date=None).advise(FREE).courses
    assert {"new", "minimum_age", "maximum_age", "health"} <= {one.name for one in best.questions}
    assert best.opened == ()
    assert best.settled == 1


def test_crowding_and_pay_are_told() -> None:
    posts = ([vacancy(), vacancy(vacancy_id="V-2", wage_min_cny_month=7000, wage_max_cny_month=9000)], [])
    required = [("V-2", "SE-FORKLIFT")]
    found = course_market(FOUR[:1], vacancies=(posts[0], required))
    advice = found.advise([0.0, 0.0], referrals_per_vacancy=np.array([0.0, 5.0]))
    [best] = advice.courses
    assert best.crowding.referrals_per_opening == pytest.approx(2.5)
    assert best.wage_change_cny_month == pytest.approx(6500 - 5000)
    said = course_statements(best, found.market, found.catalogue)
    assert all(one.zh and one.en for one in said)
    assert "共招2人，每个名额已推荐2.5人" in [one.zh for one in said]


def test_applying_now_is_an_answer_with_its_reason() -> None:
    none = course_market(FOUR[:1]).advise([0.0, 1.0, 0.0])
    [why, gain] = apply_now_statements(none)
    assert why.code == "apply_now"
    assert gain.code == "gain"
    [only] = apply_now_statements(course_market(FOUR[:1], held=("SE-FORKLIFT",)).advise(FREE))
    assert "没有可报名" in only.zh
