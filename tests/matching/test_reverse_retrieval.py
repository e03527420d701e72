"""People for vacancies that nobody's candidates name: exact, as each vacancy alone would be answered."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.eligibility import judge
from matching.retrieval import dot_rows
from matching.reverse_retrieval import retrieve_seekers
from tests.properties.test_matching_invariants import SHORT, markets


@SHORT
@given(markets(), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_the_most_similar_people_whom_no_rule_forbids(made: tuple, k: int, seed: int) -> None:
    market, people, posts = made
    asked = np.flatnonzero(np.random.default_rng(seed).random(len(posts)) < 0.7)
    found = retrieve_seekers(market, people, posts, asked, k=k)
    everybody = np.arange(len(people), dtype=np.int32)
    expected = set()
    for vacancy in asked:
        allowed = np.flatnonzero(judge(market, everybody, np.full(len(people), vacancy, np.int32)).candidate)
        similarity = dot_rows(posts[vacancy], people, allowed)
        best = allowed[np.lexsort((allowed, -similarity))[:k]]
        expected |= {(int(seeker), int(vacancy)) for seeker in best}
    assert set(zip(found.seeker.tolist(), found.vacancy.tolist(), strict=True)) == expected
    assert len(found) == len(expected)
    assert (np.diff(found.seeker) >= 0).all()
    assert (found.unknown == judge(market, found.seeker, found.vacancy).unknown).all()
