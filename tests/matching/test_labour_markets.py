"""Labour markets: who is connected with whom, and that dividing changes no referral."""

from __future__ import annotations

import numpy as np
import pytest

from matching.allocation_policy import ReferralPolicy, Referrals, refer
from matching.candidate_edges import CandidateEdges, ordered_edges
from matching.labour_markets import market_of_vacancies, market_parts


def edges(pairs: list[tuple[int, int]], n_seekers: int, n_vacancies: int) -> CandidateEdges:
    seeker, vacancy = np.array(pairs, np.int32).T
    success = np.arange(1, len(pairs) + 1, dtype=np.float32) / 10
    return ordered_edges(seeker, vacancy, success, n_seekers=n_seekers, n_vacancies=n_vacancies)[0]


# Vacancies 0 and 3 share seeker 2; vacancies 1 and 2 share seeker 0. Seeker 3 and vacancy 4 have no candidates.
TWO_MARKETS = edges([(0, 1), (0, 2), (1, 3), (2, 0), (2, 3)], 4, 5)


def test_vacancies_that_share_a_candidate_are_one_market() -> None:
    assert market_of_vacancies(TWO_MARKETS).tolist() == [0, 1, 1, 0, 4]


def test_a_market_is_connected_through_others() -> None:
    chain = edges([(0, 4), (0, 3), (1, 1), (1, 2), (2, 3), (2, 2), (3, 0)], 4, 5)
    assert market_of_vacancies(chain).tolist() == [0, 1, 1, 1, 1]


def test_parts_are_whole_markets_with_rows_of_their_own() -> None:
    first, second = market_parts(TWO_MARKETS, 3)
    assert (first.seekers.tolist(), first.vacancies.tolist()) == ([1, 2], [0, 3])
    assert (first.edges.first_edge.tolist(), first.edges.vacancy.tolist()) == ([0, 1, 3], [1, 0, 1])
    assert first.edges.success.tolist() == TWO_MARKETS.success[2:].tolist()
    assert first.numbers_in_whole(np.array([0, 2])).tolist() == [2, 4]
    assert (second.seekers.tolist(), second.vacancies.tolist()[:2]) == ([0], [1, 2])
    assert second.numbers_in_whole(np.array([1])).tolist() == [1]


@pytest.mark.parametrize(("most_edges", "parts"), [(1, 2), (3, 2), (4, 2), (5, 1)])
def test_markets_are_put_together_while_there_is_room(most_edges: int, parts: int) -> None:
    assert len(list(market_parts(TWO_MARKETS, most_edges))) == parts


def test_one_market_is_not_divided_however_large() -> None:
    one = edges([(0, 0), (0, 1), (1, 1)], 2, 2)
    (whole,) = market_parts(one, 1)
    assert whole.edges is one


def cities(n: int, random: np.random.Generator) -> tuple[CandidateEdges, np.ndarray]:
    """Cities whose seekers and vacancies are mixed in the order of identifiers, and openings."""
    seekers, vacancies, k = 300 * n, 60 * n, 12
    city_of_seeker = random.permutation(np.arange(seekers) % n)
    by_city = random.permutation(vacancies).reshape(n, -1)
    chosen = [np.sort(random.choice(by_city[c], size=k, replace=False)) for c in city_of_seeker]
    success = random.choice([0.1, 0.2, 0.4], size=seekers * k).astype(np.float32) * random.random(seekers * k) ** 2
    graph = CandidateEdges(
        np.arange(seekers + 1) * k, np.concatenate(chosen).astype(np.int32), success.astype(np.float32), vacancies
    )
    return graph, random.integers(1, 4, size=vacancies)


def test_a_province_allocated_city_by_city_is_allocated_as_a_whole() -> None:
    graph, headcount = cities(10, np.random.default_rng(1))
    policy = ReferralPolicy(per_seeker=3, per_opening=4)
    capacity = headcount * policy.per_opening
    priority = np.random.default_rng(2).choice([1.0, 1.5], size=graph.n_seekers)

    def run(most_edges: int) -> Referrals:
        return refer(
            graph, headcount=headcount, capacity=capacity, priority=priority, policy=policy, most_edges=most_edges
        )

    assert len(list(market_parts(graph, 8_000))) == 5  # two cities of 3,600 edges at a time
    whole, divided = run(len(graph)), run(8_000)
    assert (divided.chosen == whole.chosen).all()
    assert divided.allocation.objective == pytest.approx(whole.allocation.objective)
    # The lowering of prices ends where none moves by more than ε: in each part for itself.
    assert divided.price == pytest.approx(whole.price, abs=1e-3)
    assert divided.utility == pytest.approx(whole.utility, abs=3e-3)
    assert divided.allocation.certificate > 0.999
    assert (np.bincount(graph.vacancy[divided.chosen], minlength=graph.n_vacancies) <= capacity).all()
    assert np.bincount(graph.seekers_of(divided.chosen)).max() <= policy.per_seeker
