"""Units of a simulation: what they are, and that their files do not depend on when they were made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from data.errors import ConfigurationError, DataError
from evaluation.simulation.comparisons import REFERRALS
from evaluation.simulation.displacement import displacement
from evaluation.simulation.policies import POLICIES
from evaluation.simulation.policy_comparison import figure_of, policy_gains, policy_measures
from evaluation.simulation.prepared_city import CityFolder
from evaluation.simulation.units import Unit, load_units, run_unit, save_unit, units_of

SEED = 5
UNITS = [Unit(SEED, "random"), Unit(SEED, "ranker_with_prices"), Unit(SEED, "ranker_with_prices", "random")]


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_each_policy_runs_alone_and_ours_also_beside_each_other():
    assert units_of([5], REFERRALS.named(["random", "ranker_with_prices"])) == UNITS
    assert len(units_of([1, 2], POLICIES)) == 2 * (len(POLICIES) + len(POLICIES) - 1)
    assert units_of([1], REFERRALS.named(["random"])) == [Unit(1, "random")]


def test_an_unknown_policy_is_refused():
    with pytest.raises(ConfigurationError, match="no policy by_magic"):
        REFERRALS.named(["by_magic"])


def test_the_same_seed_makes_the_same_bytes(
    city_folder: CityFolder, prepared: Callable[[str], CityFolder], tmp_path: Path
):
    again = prepared("again")
    one, other = files_of(city_folder.path), files_of(again.path)
    assert one.keys() == other.keys()
    # A classifier's file holds when it was made; everything computed from it is compared.
    assert [name for name in one if one[name] != other[name] and "ranker/" not in name] == []
    for folder, place in ((city_folder, tmp_path / "one"), (again, tmp_path / "other")):
        for unit in UNITS:
            save_unit(unit, run_unit(unit, folder), place)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "other")


def test_tables_are_made_from_the_files(city_folder: CityFolder, tmp_path: Path):
    for unit in UNITS:
        save_unit(unit, run_unit(unit, city_folder), tmp_path)
    values = load_units(UNITS, tmp_path)
    measures, gains = policy_measures(values), policy_gains(values)
    ours, theirs = (
        figure_of(measures, policy, "everyone", "placed_share") for policy in ("ranker_with_prices", "random")
    )
    gain = figure_of(gains, "random", "everyone", "placed_share")
    assert ours is not None
    assert theirs is not None
    assert gain is not None
    assert gain.value == pytest.approx(ours.value - theirs.value)
    assert set(measures["policy"]) == {"random", "ranker_with_prices"}
    assert "one_half" not in set(measures["group"])
    (one,) = displacement(values)
    assert one.compared == "random"
    assert one.whole.value == pytest.approx(gain.value)
    assert figure_of(measures, "bm25", "everyone", "placed_share") is None


def test_a_damaged_result_says_so(tmp_path: Path):
    (tmp_path / UNITS[0].file_name).write_text("[[1", encoding="utf-8")
    with pytest.raises(DataError, match="missing or damaged"):
        load_units(UNITS[:1], tmp_path)
