from __future__ import annotations

import numpy as np
import pytest

from evaluation.ranking.list_coverage import list_coverage


def test_reach_of_lists() -> None:
    # Four seekers, five vacancies: two have a list, three vacancies are shown, one of them twice.
    found = list_coverage(np.array([0, 0, 2, 2]), np.array([1, 3, 3, 4]), seekers=4, vacancies=5)
    assert (found.seeker_share, found.vacancy_share) == (0.5, 0.6)
    shares = np.array([1, 2, 1]) / 4
    assert found.exposure_entropy == pytest.approx(-(shares * np.log(shares)).sum() / np.log(5))


def test_an_empty_market_has_no_shares() -> None:
    found = list_coverage(np.empty(0, int), np.empty(0, int), seekers=0, vacancies=0)
    assert np.isnan(found.seeker_share)
    assert np.isnan(found.vacancy_share)
