"""How a placement fits, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from data.records import EvidenceTier
from evaluation.outcomes.cohorts import inflow_cohort
from evaluation.outcomes.follow_up import follow_up
from evaluation.outcomes.match_quality import match_quality
from tests.data.records_for_tests import seeker, vacancy
from tests.evaluation.outcomes.ledger_for_tests import day, ledger, start


def test_fit_by_hand() -> None:
    electrician, other_electrician, welder = "6-29-03-02", "6-29-03-01", "6-18-02-04"
    people = [
        seeker(seeker_id="S-0", registered_on=day(50), desired_occupation_code=electrician, education_level=5),
        seeker(
            seeker_id="S-1", registered_on=day(50), desired_occupation_code=None, education_level=None,
            wage_min_cny_month=None,
        ),
    ]  # fmt: skip
    posts = [
        vacancy(vacancy_id="V-1", occupation_code=other_electrician, education_min=0),
        vacancy(vacancy_id="V-2", occupation_code=welder, education_min=3),
    ]
    jobs = [
        {"seeker_id": "S-0", "title": "焊工", "occupation_code": welder, "years": 2},
        {"seeker_id": "S-0", "title": "电工", "occupation_code": other_electrician, "years": 1},
    ]
    starts = [
        start("S-0", 10, wage=4000, left=20),  # before the registration: the placement before
        start("S-0", 60, wage=5000, vacancy_id="V-1"),
        start("S-1", 70, wage=None, vacancy_id="V-2"),
    ]
    records = ledger(people, starts, vacancies=posts, seeker_experience=jobs)
    cohort = inflow_cohort(records, day(50).date(), day(51).date(), observed_until=day(100).date())
    fit = match_quality(records, cohort, follow_up(records, cohort, EvidenceTier.CONTRACT))
    first, second = fit.to_dict("records")
    assert first == pytest.approx(
        {
            "wanted_relation": 3,  # the same minor group
            "previous_relation": 4,  # the closest of two jobs
            "education_surplus": 4,  # bachelor, none required: above primary
            "wage_cny_month": 5000,
            "wage_over_wanted": 0.25,  # 5,000 for 4,000 wanted
            "wage_over_previous": 0.25,
        }
    )
    assert np.isnan(list(second.values())).all()  # nothing is known, nothing is guessed
