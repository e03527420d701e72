"""Courses through a year of synthetic cities: none, popular ones, gaps by similarity, uplift without prices, ours.

`python -m benchmarks.bench_course_policies [--seeds 5] [--embedder PATH]`

Every policy meets the same people, posts, classes and luck, and refers people alike; they differ in who is sent to
which class. What is simulated is what `zhuye simulate --courses` simulates. A sixth year holds half of those chosen
back by lot: against them the effect of training is measured, as in an experiment, and set beside what was expected.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from api.jobs.simulate_policies import SEEKERS_A_COURSE, Simulation, SimulationSettings, simulate_policies
from api.jobs.stages import Stages
from api.simulation_table import ends, with_half
from benchmarks.default_models import default_embedder
from benchmarks.results import write_section
from evaluation.groups import EVERYONE, reported_groups
from evaluation.simulation.enrolment_policies import OURS, TRIAL
from evaluation.simulation.policy_comparison import figure_of
from evaluation.simulation.year_measures import GAIN_PARTS, MEASURES, Kind

COMMAND = "python -m benchmarks.bench_course_policies"
MAIN = "placed_180"
SHOWN = (
    "placed", "placed_90", "placed_180", "median_days", "retained_180", "wage_at_start", "vacancy_fill", "trained",
    "seats_used", "completed",
)  # fmt: skip
_MEASURE = {measure.name: measure for measure in MEASURES}


def policies_table(found: Simulation) -> pd.DataFrame:
    """A row a measure, a column a policy."""
    return pd.DataFrame(
        [
            {
                "measure": _MEASURE[name].en,
                **{
                    policy.en: with_half(figure_of(found.measures, policy.name, EVERYONE, name), _MEASURE[name].kind)
                    for policy in found.settings.chosen()
                    if policy != TRIAL
                },
            }
            for name in SHOWN
        ]
    )


def groups_table(found: Simulation) -> pd.DataFrame:
    """The main measure of ours by group, and what it gains over each policy."""
    rows = []
    for group in reported_groups(dict.fromkeys(found.measures["group"], 0)):
        row = {"group": group, OURS.en: with_half(figure_of(found.measures, OURS.name, group, MAIN), Kind.SHARE)}
        for policy in found.settings.chosen():
            gain = figure_of(found.gains, policy.name, group, MAIN)
            if gain is not None and policy != TRIAL:
                row[f"ours − {policy.en}, points"] = ends(gain, 100, "{:+.2f}")
        rows.append(row)
    return pd.DataFrame(rows)


def calibration_table(found: Simulation) -> pd.DataFrame:
    """What was expected of the people chosen, and what the lot says."""
    return pd.DataFrame(
        [
            {
                "who was chosen": en or "all",
                **{
                    f"{kind} gain": with_half(
                        figure_of(found.measures, TRIAL.name, EVERYONE, f"{kind}_gain{part}"), Kind.SHARE
                    )
                    for kind in ("expected", "realised")
                },
            }
            for part, _, en in GAIN_PARTS
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5, help="cities")
    parser.add_argument("--embedder", help="folder of an embedding model; default: ours, trained in the run")
    parser.add_argument("--simulations", type=Path, help="folder where a broken-off run is gone on with")
    parser.add_argument("--data", help="not used: the cities are synthetic")
    arguments = parser.parse_args()
    settings = SimulationSettings(seeds=arguments.seeds, courses=True)
    with TemporaryDirectory() as scratch:
        embedder = arguments.embedder
        if embedder is None:
            embedder = str(Path(scratch) / "embedder")
            default_embedder(None)[0].save(embedder, create_model_card=False)
        found = simulate_policies(arguments.simulations or Path(scratch), embedder, Stages(), settings)
    write_section(
        "course_policies", "Courses through a year of synthetic cities", COMMAND, policies_table(found),
        [
            f"Synthetic / 合成: {settings.seeds} cities of {settings.seekers:,} people, {settings.vacancies:,} posts"
            f" and {settings.seekers // SEEKERS_A_COURSE} courses, {settings.months} months; ± and [ ] are 95 %"
            " intervals over cities (Student's t).",
            f"CPU {found.cpu_seconds:,.0f} s in processes of one thread, {found.wall_seconds:,.0f} s by the clock on a"
            f" machine of load {os.getloadavg()[2]:.0f}: {found.units} years.",
            "All refer people by ranker and prices. In these cities a course gives its certificate and nothing else;"
            " only courses that lead to one are offered. Who is in class is not referred; who finds work first leaves"
            " his seat empty; the able complete more often, which no policy knows.",
            "Popular: each in turn by lot, in the trade that most people want. Gap by similarity: what the 20 nearest"
            " posts ask for and he lacks, largest gaps first. Uplift without prices: every post as if it were free.",
            "The shares of training_policy.csv by which courses are valued were fitted to cities 101–104, which are not"
            " among these (`bench_course_terms`).",
        ],
    )  # fmt: skip
    write_section(
        "course_policies_by_group", f"{_MEASURE[MAIN].en.capitalize()}, by group: what ours gains", COMMAND,
        groups_table(found), ["Gains are paired: the same cities, people, classes and luck."],
    )  # fmt: skip
    write_section(
        "course_policies_calibration", "What courses were expected to change, and what an experiment finds", COMMAND,
        calibration_table(found),
        [
            "Change of the chance to be placed within the days that the person is still registered, 180 at most. Half"
            " of those chosen are held back by lot; realised: those with a seat, taken up or not, less the others.",
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
