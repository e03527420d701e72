"""A whole synthetic city overnight, from the database to the published run, at growing sizes: make bench-city.

Models are those of the demonstration city of 20,000, which has a history to learn from; the large cities have none.
Each size runs in a process of its own over an embedded database of its own.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from api.bootstrap import Services, open_services
from api.jobs.demonstration_city import ensure_city
from api.jobs.overnight.night import TITLES
from api.jobs.overnight.rematch import rematch
from api.jobs.stages import Stages
from api.jobs.train_models import train_models
from api.service_settings import Settings
from benchmarks.results import write_section
from data.synthetic_city.settings import CitySettings
from evaluation.groups import group_name_zh

SIZES = (10_000, 1_000_000, 300_000, 100_000)
SEEKERS_A_VACANCY = 5
DIMENSION = 256


def main() -> None:
    """Build, match and publish each city; the table of the largest, and the growth over all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seekers", type=int, nargs="+", default=list(SIZES), help="sizes; default: up to a million")
    parser.add_argument(
        "--folder", type=Path, help="where the cities are built (20 GB for a million); default: temporary"
    )
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--data", help=argparse.SUPPRESS)  # every benchmark takes it; this one reads none
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(_one_city(arguments.one, arguments.folder)))
        return
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        _train(Path(folder) / "models-home")
        found: list[dict] = []
        for size in arguments.seekers:  # the sections are written anew after each, should a later one be broken off
            found.append(_in_own_process(size, Path(folder)))
            _write(sorted(found, key=lambda one: one["summary"]["seekers"]))


def _train(home: Path) -> None:
    services = open_services(Settings(home=home))
    ensure_city(services, Stages(), CitySettings(as_of=date.today()))
    train_models(services, Stages(), seed=1, today=date.today())


def _in_own_process(size: int, folder: Path) -> dict:
    command = [sys.executable, "-m", "benchmarks.bench_city", "--one", str(size), "--folder", str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def _one_city(size: int, folder: Path) -> dict:
    home = folder / f"city-{size}"
    shutil.copytree(folder / "models-home" / "models", home / "models")
    services, stages, today = open_services(Settings(home=home)), Stages(), date.today()
    ensure_city(
        services, stages,
        CitySettings(seekers=size, vacancies=size // SEEKERS_A_VACANCY, history_months=0, as_of=today),
    )  # fmt: skip
    before = matrix_peak()
    start = time.perf_counter()
    summary = rematch(services, stages, today=today, seed=1)
    seconds = time.perf_counter() - start
    found = _found(services, summary, seconds, {name: max(before[name], one) for name, one in matrix_peak().items()})
    services.engine.dispose()
    shutil.rmtree(home, ignore_errors=True)
    return found


def _found(services: Services, summary: dict, seconds: float, peak: dict[str, float]) -> dict:
    run = services.settings.runs_path / summary["run_id"]
    # As they lie there: what the files held that tidying deleted no longer counts.
    notes = {name: run / "steps" / f"{name}.json" for name in TITLES}
    read = {name: json.loads(path.read_text(encoding="utf-8")) for name, path in notes.items()}
    stages = [
        {
            "name": TITLES[name], "seconds": note["seconds"], "peak_mib": note["peak_mib"],
            "of": _parts(run) if name == "match" else {},
        }
        for name, note in read.items()
    ]  # fmt: skip
    pairs = sum(note["found"]["pairs"] for note in _shards(run))
    return {"summary": summary, "seconds": seconds, "peak": peak, "stages": stages, "pairs": pairs}


def _shards(run: Path) -> list[dict]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((run / "steps").glob("match-*.json"))]


def _parts(run: Path) -> dict[str, float]:
    """Seconds of the parts of matching, summed over the shards."""
    return {part: sum(note["found"][part] for note in _shards(run)) for part in ("embed", "retrieve", "score")}


def matrix_peak(seconds: float = 2.0) -> dict[str, float]:
    """Multiply-adds a second, in billions, of well-shaped matrix products on all cores, by number format."""
    rng = np.random.default_rng(0)
    left, right = (rng.standard_normal((rows, DIMENSION), dtype=np.float32) for rows in (2_048, 8_192))
    halves = [torch.from_numpy(part).to(torch.bfloat16) for part in (left, right)]
    products = {"float32": lambda: left @ right.T, "bfloat16": lambda: halves[0] @ halves[1].T}
    found = {}
    for name, multiply in products.items():
        best, end = np.inf, time.perf_counter() + seconds
        while time.perf_counter() < end:
            start = time.perf_counter()
            multiply()
            best = min(best, time.perf_counter() - start)
        found[name] = len(left) * len(right) * DIMENSION / best / 1e9
    return found


def _write(found: list[dict]) -> None:
    largest = found[-1]
    summary = largest["summary"]
    seekers, vacancies, pairs = summary["seekers"], summary["vacancies"], largest["pairs"]
    rows = []
    for stage in largest["stages"]:
        rows.append(_row(stage["name"], stage["seconds"], f"{stage['peak_mib']:,.0f}", ""))
        for part, seconds in stage["of"].items():
            rate = {
                "embed": f"{seekers / seconds:,.0f} texts/s",
                "score": f"{pairs / seconds / 1e6:,.2f} M pairs/s",
                "retrieve": f"{seekers * vacancies / seconds / 1e9:,.2f} G pairs/s; "
                + ", ".join(
                    f"{seekers * vacancies * DIMENSION / seconds / 1e9 / peak:.0%} of the {name} peak"
                    for name, peak in largest["peak"].items()
                ),
            }[part]
            rows.append(_row(f"— of which {part}", seconds, "", rate))
    rows.append(_row("**the whole run**", largest["seconds"], "", f"{largest['seconds'] / 60:.1f} min"))
    groups = ", ".join(
        f"{group_name_zh(group)} {group.replace('_', ' ')} "
        + " / ".join(f"{policy['by_group'][group]:,.0f}" for policy in summary["policies"])
        for group in summary["groups"]
    )
    policies = "; ".join(
        f"{policy['name_en']}: {policy['referrals']:,} referrals, Gini of exposure {policy['exposure_gini']:.2f}, "
        f"entropy {policy['exposure_entropy']:.2f}"
        for policy in summary["policies"]
    )
    write_section(
        "city",
        f"The night of a synthetic city: {seekers:,} seekers × {vacancies:,} vacancies, {pairs:,} candidate pairs",
        "make bench-city",
        pd.DataFrame(rows),
        [
            "Peak of matrix products measured in the same process before and after the run, G multiply-adds/s: "
            + ", ".join(f"{name} {peak:.0f}" for name, peak in largest["peak"].items())
            + ". All pairs of seekers and vacancies count as work, also those that the rules spare the product.",
            f"Expected placements (own best / greedy / allocated): {groups}.",
            f"{policies}.",
            f"Certificate {summary['certificate']:.4%}; {summary['seekers_referred']:,} seekers have a referral, "
            f"{summary['vacancies_referred_to']:,} vacancies received one; without candidates: "
            f"{_lonely(summary['seekers_without_candidates'])} seekers, "
            f"{_lonely(summary['vacancies_without_candidates'])} vacancies; {summary['vacancies_unseen']:,} vacancies "
            "with candidates received no referral because the limits forbid it.",
        ],
    )
    growth = [
        {
            "seekers": f"{one['summary']['seekers']:,}",
            **{stage["name"].split(" / ")[1]: f"{stage['seconds']:.1f}" for stage in one["stages"]},
            "whole, s": f"{one['seconds']:.0f}",
            "ms a seeker": f"{1000 * one['seconds'] / one['summary']['seekers']:.2f}",
            "peak MiB": f"{max(stage['peak_mib'] for stage in one['stages']):,.0f}",
        }
        for one in found
    ]
    write_section(
        "city-growth", "The night by the size of the city (five seekers a vacancy)", "make bench-city",
        pd.DataFrame(growth), [
            "Seconds by stage; retrieval grows with seekers × vacancies, the rest with seekers. The first size also "
            "compiles the kernels, some half a minute once an installation.",
        ],
    )  # fmt: skip


def _lonely(without: dict) -> str:
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in without["reasons"].items())
    return f"{without['rows']:,}" + (f" ({reasons})" if reasons else "")


def _row(stage: str, seconds: float, peak: str, rate: str) -> dict[str, str]:
    return {"stage": stage, "seconds": f"{seconds:,.1f}", "peak MiB": peak, "rate": rate}


if __name__ == "__main__":
    main()
