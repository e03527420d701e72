"""Eligible recall by hand: vacancies that are surely open to a person, lost to some of unknown conditions."""

from __future__ import annotations

import numpy as np

from data.market import market_from_records
from evaluation.fairness.eligible_recall import eligible_found
from matching.retrieval import retrieve
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy


def test_what_is_surely_open_counts_and_what_is_unknown_takes_places() -> None:
    stored = records(
        vacancies=[
            vacancy(vacancy_id="V-0"),
            vacancy(vacancy_id="V-1", wage_max_cny_month=3_000, wage_min_cny_month=2_000),  # pays too little
            vacancy(vacancy_id="V-2", wage_min_cny_month=None, wage_max_cny_month=None),  # does not say what it pays
            vacancy(vacancy_id="V-3"),
        ],
        seekers=[seeker(seeker_id="S-0"), seeker(seeker_id="S-1", wage_min_cny_month=90_000)],
    )
    market = market_from_records(stored, AS_OF)
    # Likeness falls from V-1 over V-2 and V-0 to V-3.
    likeness = np.array([0.8, 1.0, 0.9, 0.7], dtype=np.float32)
    posts = np.stack([likeness, np.sqrt(1 - likeness**2)], axis=1)
    people = np.array([[1, 0], [1, 0]], dtype=np.float32)
    two = retrieve(market, people, posts, k=2)
    assert two.vacancy[two.seeker == 0].tolist() == [2, 0]  # V-2 may do: it is asked
    found = eligible_found(market, two, people, posts, k=2)
    assert found.eligible.tolist() == [2, 0]  # V-0 and V-3; nothing pays the second person enough
    assert found.found.tolist() == [1, 0]
    assert found.has_candidate.tolist() == [True, True]  # of the second person only V-2, which does not say
    all_ = retrieve(market, people, posts, k=4)
    assert eligible_found(market, all_, people, posts, k=4).found.tolist() == [2, 0]
