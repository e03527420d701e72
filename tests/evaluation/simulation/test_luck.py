from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest

from evaluation.simulation.luck import Stream, luck

SEEKER, VACANCY = (part.ravel() for part in np.meshgrid(np.arange(200), np.arange(100), indexing="ij"))


def test_luck_is_even():
    assert kstest(luck(1, Stream.ACCEPT, 0, SEEKER, VACANCY), "uniform").pvalue > 0.01


def test_a_pairs_luck_does_not_depend_on_what_else_is_asked():
    whole = luck(1, Stream.HIRE, 3, SEEKER, VACANCY)
    assert (luck(1, Stream.HIRE, 3, SEEKER[::7], VACANCY[::7]) == whole[::7]).all()


@pytest.mark.parametrize("other", [(2, Stream.HIRE, 3), (1, Stream.ACCEPT, 3), (1, Stream.HIRE, 4)])
def test_another_seed_stream_or_month_is_other_luck(other):
    one = luck(1, Stream.HIRE, 3, SEEKER, VACANCY)
    assert abs(np.corrcoef(one, luck(*other, SEEKER, VACANCY))[0, 1]) < 0.03


def test_neighbours_have_nothing_in_common():
    one = luck(1, Stream.HIRE, 3, SEEKER, VACANCY)
    assert abs(np.corrcoef(one, luck(1, Stream.HIRE, 3, SEEKER + 1, VACANCY))[0, 1]) < 0.03
    assert abs(np.corrcoef(one, luck(1, Stream.HIRE, 3, SEEKER, VACANCY + 1))[0, 1]) < 0.03
