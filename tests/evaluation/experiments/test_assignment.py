"""The lots: of markets within strata, of people by a keyed hash."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from data.errors import ConfigurationError
from evaluation.experiments.assignment import draw_saturations, lots, read_saturations, strata
from evaluation.experiments.design import assign
from evaluation.experiments.market_cells import CellGrid
from tests.evaluation.experiments.design_for_tests import design


@pytest.mark.parametrize("texts", [["1/2", "1"], ["0"], ["0", "0.5", "1/2"], ["0", "2"], ["0", "half"], ["0", "1/0"]])
def test_saturations_without_a_pure_control_or_no_shares_are_refused(texts: list[str]) -> None:
    with pytest.raises(ConfigurationError, match="saturations"):
        read_saturations(texts)


def test_saturations_are_read_rising() -> None:
    assert read_saturations(["1", "0", "0.5"]) == (Fraction(0), Fraction(1, 2), Fraction(1))


def test_strata_are_alike_in_size_then_in_past_rate() -> None:
    people = np.array([10, 900, 20, 800, 30, 700, 40, 600])
    rate = np.array([0.1, 0.2, 0.3, 0.4, 0.3, 0.1, 0.2, np.nan])
    found = strata(people, rate, 2)
    assert found.tolist() == [3, 1, 2, 0, 2, 1, 3, 0]


def test_saturations_are_equally_frequent_within_strata_and_equally_likely_for_everyone() -> None:
    stratum = np.repeat([0, 1, 2], [3, 3, 2])
    drawn = np.array([draw_saturations(stratum, 3, np.random.default_rng(seed)) for seed in range(3000)])
    assert all(sorted(row[:3]) == sorted(row[3:6]) == [0, 1, 2] for row in drawn)
    assert (drawn[:, 6] != drawn[:, 7]).all()
    for saturation in range(3):
        assert (drawn == saturation).mean(axis=0) == pytest.approx(np.full(8, 1 / 3), abs=0.03)


def test_lots_are_even_and_of_one_key_say_nothing_of_another() -> None:
    ids = [f"S-{n}" for n in range(20_000)]
    one, other = lots(ids, "spring/1"), lots(ids, "autumn/1")
    assert np.histogram(one, bins=10, range=(0, 1))[0] / len(ids) == pytest.approx(np.full(10, 0.1), abs=0.01)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.03
    assert lots(ids[:3], "spring/1").tolist() == one[:3].tolist()


def test_newcomers_are_assigned_as_they_would_have_been_before_and_nobody_elses_arm_changes() -> None:
    toy, grid = design(), CellGrid(1)
    ids = [f"S-{n}" for n in range(600)]
    cells = np.random.default_rng(1).integers(0, len(grid), 600).astype(np.int32)
    everyone = assign(toy, ids, cells).set_index("seeker_id")
    early = assign(toy, ids[::2], cells[::2]).set_index("seeker_id")
    backwards = assign(toy, ids[::-1], cells[::-1]).set_index("seeker_id")
    assert everyone.loc[early.index].equals(early)
    assert everyone.loc[backwards.index].equals(backwards)
    share = everyone.groupby("saturation")["treated"].mean()
    assert (share["0"], share["1"]) == (0, 1)
    assert share["1/2"] == pytest.approx(0.5, abs=0.1)


def test_the_lots_of_known_people_do_not_change_from_release_to_release() -> None:
    assert lots(["S-1", "S-2"], "toy/1") == pytest.approx([0.61721824, 0.03386682])
