"""How much of a list is realised, and lasts: the three shares of the training policy, fitted to who was placed.

`python -m benchmarks.bench_course_terms [--seeds 101 102 103 104] [--seekers 20000] [--embedder PATH]`

Synthetic cities through a year under the policy that holds half of those chosen for a seat back by lot. Of everybody
chosen it is known what his list brought on the day, what it promised after the course, and whether he was placed; the
shares of `training_recs.course_value` are those under which that is most likely. The cities are none of those that
`bench_course_policies` compares policies in.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numba
import numpy as np
import numpy.typing as npt
import pandas as pd
from joblib import Parallel, delayed, parallel_config
from scipy.optimize import minimize
from scipy.stats import t as students_t
from threadpoolctl import threadpool_limits

from api.jobs.simulate_policies import SimulationSettings
from benchmarks.default_models import default_embedder
from benchmarks.results import write_section
from data.reference.training_policy import load_training_policy
from evaluation.simulation.course_measures import seen_to_the_end
from evaluation.simulation.course_month import CourseMonth
from evaluation.simulation.course_year import CourseYear
from evaluation.simulation.enrolment_policies import TRIAL, Uplift
from evaluation.simulation.prepared_city import CityFolder, open_base, open_city, prepare_base, prepare_month
from evaluation.simulation.year import Arm, simulate_year
from models.embedder import load_embedder
from training_recs.course_value import Prospects, ValueTerms, own_chance_within, own_gain_within

Floats = npt.NDArray[np.float64]
START = np.array([0.5, 0.5, 0.5])
PARTS = 6
CROWDS = (0.0, 0.1, 0.2, 0.4, 0.8, np.inf)
COMMAND = "python -m benchmarks.bench_course_terms"


@dataclass(frozen=True)
class Noting(Uplift):
    """The trial, and what it knew of everybody to whom it gave a seat."""

    notes: list[pd.DataFrame] = field(default_factory=list, compare=False)

    def seats(self, month: CourseMonth) -> pd.DataFrame:
        """The seats of the trial."""
        chosen = super().seats(month)
        offers = month.catalogue.offers[chosen["offer"].to_numpy()]
        asked = month.market.vacancies["credential_mask"].to_numpy(np.uint64)
        given = offers["gives"].astype(np.uint64)
        openings = {one: int(month.view.openings[asked & one != 0].sum()) for one in np.unique(given)}
        self.notes.append(
            chosen.assign(
                seeker=month.view.seekers[chosen["seeker"].to_numpy()],
                month=np.int32(month.view.month),
                completion=offers["completion"].astype(np.float64),
                waits=(offers["starts_in"] + offers["waits"]).astype(np.float64),
                class_days=offers["class_days"].astype(np.float64),
                an_opening=pd.Series(given).map(pd.Series(given).value_counts() / pd.Series(openings)).to_numpy(),
            )
        )
        return chosen


def trial(folder: CityFolder, embedder: str) -> pd.DataFrame:
    """Everybody chosen in a city's year, what was known of him, whether he was held back, and whether he was placed."""
    with threadpool_limits(1):
        prepare_base(folder, load_embedder(embedder))
        for month in range(folder.settings.months):
            prepare_month(folder, month)
        city = open_city(folder)
        seed = folder.settings.city.seed
        courses = CourseYear(city, open_base(folder.base), folder.settings, seed=seed)
        policy = Noting(TRIAL.name, TRIAL.zh, TRIAL.en, held_back=TRIAL.held_back)
        everyone = Arm(policy, np.ones(city.n_seekers, dtype=bool))
        outcome = simulate_year(city, folder.candidates, [everyone], seed=seed, courses=courses)
    seats, placed = seen_to_the_end(city, outcome, courses.outcome().seats)
    known = pd.concat(policy.notes, ignore_index=True)
    found = seats.merge(known, on=["seeker", "month"], how="left", validate="one_to_one")
    return found.assign(placed=placed, seed=seed)


@numba.njit  # not kept on the disk: it calls kernels of another module
def _fill(shares, round_days, search_in_class, usual, today, after, completion, waits, inside, days, without, gain):  # type: ignore[no-untyped-def]
    for k in range(len(today)):
        terms = ValueTerms(
            Prospects(usual[k], usual[k]),
            0.0,
            round_days,
            0,
            shares[0],
            shares[1],
            shares[2],
            search_in_class,
            1.0,
            0.0,
        )
        now, trained = Prospects(today[k], today[k]), Prospects(after[k], after[k])
        without[k] = own_chance_within(now, days[k], terms)
        gain[k] = own_gain_within(now, trained, completion[k], waits[k], inside[k], days[k], terms)


def chances(people: pd.DataFrame, shares: Floats) -> tuple[Floats, Floats]:
    """P(placed) without a course and the gain with it, float64 (people,), under ρ, ω, κ."""
    policy = load_training_policy(SimulationSettings(courses=True).year(1).city.as_of)
    columns = ("usual_rate", "rate_today", "rate_after", "completion", "waits", "class_days", "horizon_days")
    without, gain = np.empty(len(people)), np.empty(len(people))
    _fill(
        shares, policy.round_days, policy.search_in_class,
        *(people[name].to_numpy(np.float64) for name in columns), without, gain,
    )  # fmt: skip
    return without, gain


def fitted(people: pd.DataFrame) -> Floats:
    """ρ, ω, κ under which it is most likely who was placed: those held back without a course, the others with it."""
    placed, held_back = people["placed"].to_numpy(bool), people["held_back"].to_numpy(bool)

    def surprise(shares: Floats) -> float:
        without, gain = chances(people, np.clip(shares, 1e-3, 2.0))
        chance = np.clip(np.where(held_back, without, without + gain), 1e-9, 1 - 1e-9)
        return -float(np.log(np.where(placed, chance, 1 - chance)).mean())

    return np.asarray(minimize(surprise, START, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-8}).x)


def shares_table(people: pd.DataFrame) -> pd.DataFrame:
    """A row a share: fitted to all, by city, and what the policy has."""
    policy = load_training_policy(SimulationSettings(courses=True).year(1).city.as_of)
    whole = fitted(people)
    cities = np.array([fitted(one) for _, one in people.groupby("seed")])
    half = students_t.ppf(0.975, len(cities) - 1) * cities.std(axis=0, ddof=1) / np.sqrt(len(cities))
    names = ("realised_share", "prospects_persistence", "uplift_persistence")
    return pd.DataFrame(
        {
            "share": [f"{symbol}, `{name}`" for symbol, name in zip("ρωκ", names, strict=True)],
            "fitted": [f"{one:.2f}" for one in whole],
            "mean of the cities": [f"{m:.2f} ± {h:.2f}" for m, h in zip(cities.mean(axis=0), half, strict=True)],
            "training_policy.csv": [f"{getattr(policy, name):.2f}" for name in names],
        }
    )


def parts_table(people: pd.DataFrame, by: pd.Series[float], heading: str) -> pd.DataFrame:
    """Expected and realised gains of some parts of the people."""
    rows = []
    for part, some in people.groupby(by, observed=True):
        placed, lot = some["placed"].to_numpy(np.float64), some["held_back"].to_numpy(bool)
        error = np.sqrt(sum(one.var(ddof=1) / len(one) for one in (placed[lot], placed[~lot])))
        rows.append(
            {
                heading: str(part),
                "people": f"{len(some):,}",
                "expected gain": f"{some['expected_gain'].mean():+.1%}",
                "realised gain": f"{placed[~lot].mean() - placed[lot].mean():+.1%} ± {1.96 * error:.1%}",
                "placed of those held back": f"{placed[lot].mean():.0%}",
            }
        )
    return pd.DataFrame(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103, 104], help="cities, two or more")
    parser.add_argument("--seekers", type=int, default=20_000, help="people of each")
    parser.add_argument("--embedder", help="folder of an embedding model; default: ours, trained in the run")
    parser.add_argument("--data", help="not used: the cities are synthetic")
    arguments = parser.parse_args()
    settings = SimulationSettings(seekers=arguments.seekers, vacancies=arguments.seekers // 5, courses=True)
    with TemporaryDirectory() as scratch, parallel_config("loky", inner_max_num_threads=1):
        embedder = arguments.embedder
        if embedder is None:
            embedder = str(Path(scratch) / "embedder")
            default_embedder(None)[0].save(embedder, create_model_card=False)
        cities = [CityFolder(Path(scratch) / str(seed), settings.year(seed)) for seed in arguments.seeds]
        people = pd.concat(Parallel(n_jobs=-1)(delayed(trial)(city, embedder) for city in cities), ignore_index=True)
    expected = people["expected_gain"].astype("float64")
    write_section(
        "course_terms", "How much of a list is realised, and lasts", COMMAND, shares_table(people),
        [
            f"Synthetic / 合成: {len(cities)} cities of {settings.seekers:,} people, a year each;"
            f" {len(people):,} people chosen for a seat whose days lie within the year, half of them held back by lot.",
            "Maximum likelihood of who was placed; ± is a 95 % interval over cities (Student's t).",
        ],
    )  # fmt: skip
    write_section(
        "course_terms_parts", "Expected and realised gain, by what was expected", COMMAND,
        parts_table(people, pd.qcut(expected, PARTS).map("{0.left:+.1%} to {0.right:+.1%}".format), "expected gain of"),
        ["Expected with the shares of training_policy.csv; ± is a 95 % interval."],
    )  # fmt: skip
    crowds = pd.cut(people["an_opening"], CROWDS).map("{0.left} to {0.right}".format)
    write_section(
        "course_terms_crowding", "The same, by how crowded the class's trade is", COMMAND,
        parts_table(people, crowds, "people chosen in the month ÷ openings that ask for the certificate"),
        ["Half of those chosen are held back, so half of them compete. No promise knows of the others."],
    )  # fmt: skip


if __name__ == "__main__":
    main()
