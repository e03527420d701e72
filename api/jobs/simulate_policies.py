"""The policies through a year on synthetic cities: in parallel, resumable, into files."""

from __future__ import annotations

import json
import os
import shutil
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
from joblib import Parallel, delayed, parallel_config
from threadpoolctl import threadpool_limits

from api.jobs.overnight.run_folder import code_fingerprint
from api.jobs.stages import Stages
from data.errors import ConfigurationError
from data.synthetic_city.settings import CitySettings
from data.synthetic_city.year import YearSettings
from data.whole_file import whole_file
from evaluation.simulation.comparisons import COURSES, REFERRALS, Comparison
from evaluation.simulation.displacement import Displacement, displacement, displacement_table
from evaluation.simulation.policies import Policy
from evaluation.simulation.policy_comparison import policy_gains, policy_measures
from evaluation.simulation.prepared_city import CityFolder, prepare_base, prepare_month
from evaluation.simulation.units import Unit, load_units, run_unit, save_unit, units_of
from models.embedder import embedder_fingerprint, load_embedder

SEEDS_AT_ONCE = 5
"""Cities whose files are on the disk at a time: 0.7 GB each at 20,000 seekers."""
SEEKERS_A_COURSE = 80
"""People on the register for each course. With a class every 60 days, and not every course leading to a certificate,
about half as many seats a year as people who register: the plan has 70,000 places and some 120,000 placements."""
_COSTS = "costs.jsonl"
"""A line a task: its CPU seconds, and how long the run had waited for it since the one before."""


@dataclass(frozen=True)
class SimulationSettings:
    """What is simulated: `seeds` cities of this size, numbered from 1, each policy through `months`.

    `courses`: not the policies of referrals are compared, but those that send people to courses.
    """

    seekers: int = 20_000
    vacancies: int = 4_000
    months: int = 12
    seeds: int = 5
    policies: tuple[str, ...] = ()
    courses: bool = False

    def __post_init__(self) -> None:
        if self.seeds < 1:
            raise ConfigurationError(f"{self.seeds} seeds", remedy="at least 1; at least 2 for intervals")
        self.year(1)
        self.chosen()

    def chosen(self) -> tuple[Policy, ...]:
        """The policies; all where none is named."""
        return self.comparison.named(self.policies)

    @property
    def comparison(self) -> Comparison:
        """What the policies are among."""
        return COURSES if self.courses else REFERRALS

    def year(self, seed: int) -> YearSettings:
        """The city of a seed and its year."""
        courses = max(1, self.seekers // SEEKERS_A_COURSE) if self.courses else 1
        return YearSettings(CitySettings(seed, self.seekers, self.vacancies, courses), self.months)


@dataclass(frozen=True)
class Simulation:
    """What came out, everything of it synthetic.

    `measures`, `gains`: tables `POLICY_MEASURES`, `POLICY_GAINS`. `units_found` of the `units` were done before.
    `wall_seconds`, `cpu_seconds`: of all that was ever computed for this folder, earlier starts included.
    """

    settings: SimulationSettings
    folder: Path
    measures: pd.DataFrame
    gains: pd.DataFrame
    displacement: list[Displacement]
    units: int
    units_found: int
    wall_seconds: float
    cpu_seconds: float


def simulate_policies(
    simulations: Path,
    embedder_path: str,
    stages: Stages,
    settings: SimulationSettings,
    *,
    fresh: bool = False,
    processes: int | None = None,
) -> Simulation:
    """Simulate what is not done yet, and write the tables.

    The folder is named by a digest of the settings, the embedder and the code; every year of a seed is a file of its
    own, there whole or not at all. Nothing depends on how many processes run or on what was done before.

    Parameters
    ----------
    simulations
        Folder of all simulations.
    fresh
        Forget what is done.
    processes
        Default: as many as there are processors. Each runs on one thread.

    Raises
    ------
    UnavailableError
        There is no embedder, or the disk is full.
    """
    load_embedder(embedder_path)  # to say at once if there is none
    folder = simulations / _digest(settings, embedder_path)
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    units = units_of(range(1, settings.seeds + 1), settings.chosen(), settings.comparison)
    results = folder / "units"
    missing = [unit for unit in units if not (results / unit.file_name).exists()]
    seeds = list(dict.fromkeys(unit.seed for unit in missing))
    for first in range(0, len(seeds), SEEDS_AT_ONCE):
        cities = {
            seed: CityFolder(folder / "cities" / f"seed-{seed:04d}", settings.year(seed))
            for seed in seeds[first : first + SEEDS_AT_ONCE]
        }
        mine = [unit for unit in missing if unit.seed in cities]
        steps: dict[str, list[Callable[[], None]]] = {
            "生成城市、训练排序 / build cities, train rankers": [
                partial(_prepare_base, city, embedder_path) for city in cities.values() if not city.base.exists()
            ],
            "每月的候选 / candidates of every month": [
                partial(prepare_month, city, month)
                for city in cities.values()
                for month in range(settings.months)
                if not city.month(month).exists()
            ],
            "各办法的一年 / a year of every policy": [
                partial(_simulate, unit, cities[unit.seed], results) for unit in mine
            ],
        }
        for title, tasks in steps.items():
            _in_parallel(title, tasks, stages, processes, folder / _COSTS)
        shutil.rmtree(folder / "cities")
    values = load_units(units, results)
    found = Simulation(
        settings, folder, policy_measures(values), policy_gains(values, settings.comparison.reference.name),
        displacement(values), len(units), len(units) - len(missing), *_costs(folder / _COSTS),
    )  # fmt: skip
    _write(found)
    return found


def _digest(settings: SimulationSettings, embedder_path: str) -> str:
    facts = {
        "city": {**asdict(settings.year(0).city), "as_of": settings.year(0).city.as_of.isoformat()},
        "months": settings.months,
        "embedder": embedder_fingerprint(embedder_path),
        "code": code_fingerprint(),
    }
    return sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _in_parallel(
    title: str, tasks: Iterable[Callable[[], None]], stages: Stages, processes: int | None, costs: Path
) -> None:
    """Run the tasks in processes of one thread each, and note what they cost."""
    tasks = list(tasks)
    if not tasks:
        return
    costs.parent.mkdir(parents=True, exist_ok=True)
    with (
        stages.stage(title) as report,
        warnings.catch_warnings(),
        parallel_config("loky", inner_max_num_threads=1),
        costs.open("a", encoding="utf-8") as notes,
    ):
        # A process that keeps a city in memory looks like one that leaks: joblib replaces it and says so.
        warnings.filterwarnings("ignore", "A worker stopped while some jobs were given", UserWarning)
        parallel = Parallel(
            n_jobs=processes or len(os.sched_getaffinity(0)), batch_size=1, return_as="generator_unordered"
        )
        report(0, len(tasks))
        before = time.perf_counter()
        for done, cpu_seconds in enumerate(parallel(delayed(_timed)(task) for task in tasks), start=1):
            now = time.perf_counter()
            print(json.dumps({"step": title, "cpu": cpu_seconds, "wall": now - before}), file=notes, flush=True)
            before = now
            report(done, len(tasks))


def _costs(path: Path) -> tuple[float, float]:
    """Wall and CPU seconds of all tasks noted."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    spent = [json.loads(line) for line in lines if line.endswith("}")]  # a killed start may leave half a line
    return sum(one["wall"] for one in spent), sum(one["cpu"] for one in spent)


def _timed(task: Callable[[], None]) -> float:
    start = time.process_time()
    with threadpool_limits(1):
        task()
    return time.process_time() - start


def _prepare_base(city: CityFolder, embedder_path: str) -> None:
    prepare_base(city, load_embedder(embedder_path))


def _simulate(unit: Unit, city: CityFolder, results: Path) -> None:
    save_unit(unit, run_unit(unit, city), results)


def _write(found: Simulation) -> None:
    """The tables as CSV, and all of it as JSON."""
    tables = {
        "policies": found.measures,
        "gains": found.gains,
        "displacement": displacement_table(found.displacement),
    }
    for name, table in tables.items():
        with whole_file(found.folder / f"{name}.csv") as fresh:
            table.assign(is_synthetic=True).to_csv(fresh, index=False)
    content: dict[str, Any] = {"is_synthetic": True, "settings": asdict(found.settings)}
    # to_json writes what is null as null, which the JSON of Python does not.
    content |= {
        name: json.loads(table.to_json(orient="records", double_precision=15)) for name, table in tables.items()
    }
    with whole_file(found.folder / "simulation.json") as fresh:
        fresh.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
