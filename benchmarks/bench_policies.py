"""Policies side by side through a year of synthetic cities: placements, retention, fill, displacement.

`python -m benchmarks.bench_policies [--seeds 5] [--embedder PATH]`

Every policy meets the same people, posts and luck. What is simulated is what `zhuye simulate` simulates; the ranker of
each city learns from the history before its year. Time is that of the simulation, without training the embedder.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from api.jobs.simulate_policies import Simulation, SimulationSettings, simulate_policies
from api.jobs.stages import Stages
from api.simulation_table import ends, with_half
from benchmarks.default_models import default_embedder
from benchmarks.results import write_section
from data.synthetic_city.year import SEEKER_DAYS, VACANCY_DAYS
from evaluation.groups import EVERYONE, reported_groups
from evaluation.refusal import Refusal
from evaluation.simulation.policies import POLICIES, REFERENCE
from evaluation.simulation.policy_comparison import figure_of
from evaluation.simulation.year_measures import MEASURES

COMMAND = "python -m benchmarks.bench_policies"
MAIN = "placed_180"
SHOWN = (
    "placed", "starts", "placed_30", "placed_90", "placed_180", "median_days", "retained_90", "retained_180",
    "wage_at_start", "vacancy_fill", "beyond_capacity", "exposure_entropy",
)  # fmt: skip
_MEASURE = {measure.name: measure for measure in MEASURES}


def policies_table(found: Simulation) -> pd.DataFrame:
    """A row a measure, a column a policy."""
    rows = []
    for name in SHOWN:
        row = {"measure": _MEASURE[name].en}
        for policy in POLICIES:
            figure = figure_of(found.measures, policy.name, EVERYONE, name)
            row[policy.en] = with_half(figure, _MEASURE[name].kind)
        rows.append(row)
    return pd.DataFrame(rows)


def groups_table(found: Simulation) -> pd.DataFrame:
    """The main measure by group, and what ours gains over each policy."""
    kind, rows = _MEASURE[MAIN].kind, []
    for group in reported_groups(dict.fromkeys(found.measures["group"], 0)):
        row = {"group": group}
        for policy in POLICIES:
            row[policy.en] = with_half(figure_of(found.measures, policy.name, group, MAIN), kind)
        for policy in POLICIES:
            gain = figure_of(found.gains, policy.name, group, MAIN)
            if gain is not None:
                row[f"ours − {policy.en}, points"] = ends(gain, 100, "{:+.1f}")
        rows.append(row)
    return pd.DataFrame(rows)


def displacement_rows(found: Simulation) -> pd.DataFrame:
    """Gains and displacement against each policy."""
    name_of = {policy.name: policy.en for policy in POLICIES}
    return pd.DataFrame(
        [
            {
                "compared with": name_of[one.compared],
                "direct gain": ends(one.direct, 100, "{:+.2f}"),
                "whole gain": ends(one.whole, 100, "{:+.2f}"),
                "effect on the untreated": ends(one.untreated, 100, "{:+.2f}"),
                "displacement share": f"refused: {one.share.en}"
                if isinstance(one.share, Refusal)
                else ends(one.share, 1, "{:+.2f}"),
            }
            for one in found.displacement
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=SimulationSettings().seeds, help="cities")
    parser.add_argument("--embedder", help="folder of an embedding model; default: ours, trained in the run")
    parser.add_argument("--simulations", type=Path, help="folder where a broken-off run is gone on with")
    parser.add_argument("--data", help="not used: the cities are synthetic")
    arguments = parser.parse_args()
    settings = SimulationSettings(seeds=arguments.seeds)
    with TemporaryDirectory() as scratch:
        embedder = arguments.embedder
        if embedder is None:
            embedder = str(Path(scratch) / "embedder")
            default_embedder(None)[0].save(embedder, create_model_card=False)
        found = simulate_policies(arguments.simulations or Path(scratch), embedder, Stages(), settings)
    sizes = (
        f"Synthetic / 合成: {settings.seeds} cities of {settings.seekers:,} people and {settings.vacancies:,} posts on"
        f" the register at a time, {settings.months} months; ± and [ ] are 95 % intervals over cities (Student's t)."
    )
    write_section(
        "policies", "Policies through a year of synthetic cities", COMMAND, policies_table(found),
        [
            sizes,
            f"CPU {found.cpu_seconds:,.0f} s in processes of one thread, {found.wall_seconds:,.0f} s by the clock on a"
            f" machine of load {os.getloadavg()[2]:.0f} (2 would be this run alone):"
            f" {found.units} years, of which {settings.seeds * (len(POLICIES) - 1)} of mixed markets.",
            f"Registrations are valid {SEEKER_DAYS[0]}–{SEEKER_DAYS[1]} days, posts"
            f" {VACANCY_DAYS[0]}–{VACANCY_DAYS[1]}; as many arrive as keep the register as"
            " large. Three referrals a month to everyone who seeks.",
            "All obey the hard rules. Newest first refers everyone on one day of the month, which crowds more than a"
            " board that people look at on days of their own: it is a lower bound.",
            "Placed within so many days of registration: incidence with the end of registration as competing exit."
            " Median: — where fewer than half are ever placed. Beyond capacity: more than the night allows a post.",
        ],
    )  # fmt: skip
    write_section(
        "policies_by_group", f"{_MEASURE[MAIN].en.capitalize()}, by group", COMMAND, groups_table(found),
        [sizes, f"Ours: {REFERENCE.en}. Gains are paired: the same cities, people and luck."],
    )  # fmt: skip
    write_section(
        "policies_displacement", "What the gain takes from others", COMMAND, displacement_rows(found),
        [
            f"{sizes} Share of people placed at least once in the year, percentage points.",
            f"Direct: in a market where {REFERENCE.en} refers one half by lot and the other policy the other half,"
            " treated minus untreated. Whole: everyone treated minus nobody. Displacement share: 1 − whole ÷ direct,"
            " Fieller's interval; below 0 where the untreated gain too (Crépon et al. 2013, QJE).",
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
