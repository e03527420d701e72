"""Scoring of candidates: seconds and memory for millions of pairs, and one seeker's list in a city of a million.

A ranker is trained on a synthetic city's ledger, and the city's people and posts are repeated until there are 1,000,000
and 200,000; every seeker has 50 random vacancies. Similarities are drawn by lot: neither speed nor memory depends on
them. Each number of pairs runs in a process of its own. --full adds 50 million pairs.
"""

from __future__ import annotations

import argparse
import os
import pickle
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.results import write_section
from data.market import Market, market_from_records
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from matching.ranking import BLOCK_PAIRS, score_candidates
from matching.retrieval import Candidates
from models.pair_features import pair_features
from models.ranker import SIDES, Ranker, load_ranker, save_ranker, train_ranker
from models.training_table import training_pairs

SEEKERS, VACANCIES, K = 1_000_000, 200_000, 50
SIZES, FULL = (1_000_000, 5_000_000, 20_000_000), 50_000_000
SPLIT_PAIRS = 15 * BLOCK_PAIRS  # over which features, trees and scikit-learn are timed apart
REQUESTS = 200


@dataclass(frozen=True)
class Measured:
    """Seconds per million pairs, MiB beside inputs and outputs, and ms of a request of 50 pairs."""

    whole: float
    processor: float
    features: float
    trees: float
    scikit_learn: float
    difference: float
    memory_mib: float
    request_ms: float


def prepare(folder: Path) -> None:
    """A ranker of both sides and the small market that the large one repeats."""
    settings = CitySettings(seed=3, seekers=8_000, vacancies=1_600, courses=5)
    records = build_city(settings).records
    history = market_from_records(records, settings.as_of, include_closed=True)
    pairs = training_pairs(records, history, settings.as_of)
    ranker = train_ranker(history, pairs, np.random.default_rng(0).random(len(pairs), dtype=np.float32), seed=0)
    assert ranker.calibrated
    save_ranker(ranker, folder / "ranker")
    (folder / "market.pickle").write_bytes(pickle.dumps(market_from_records(records, settings.as_of)))


def enlarge(market: Market) -> Market:
    """The market's people, with their jobs, and its posts repeated in random order up to the city's numbers."""
    random = np.random.default_rng(1)
    person = random.integers(0, len(market.seekers), SEEKERS)
    owner = market.experience["seeker"].to_numpy()
    first, end = (np.searchsorted(owner, person, side=side) for side in ("left", "right"))
    jobs = end - first
    rows = np.arange(jobs.sum()) + np.repeat(first - np.cumsum(jobs) + jobs, jobs)
    return replace(
        market,
        seekers=market.seekers.iloc[person].reset_index(drop=True),
        experience=market.experience.iloc[rows]
        .assign(seeker=np.repeat(np.arange(SEEKERS, dtype=np.int32), jobs))
        .reset_index(drop=True),
        vacancies=market.vacancies.iloc[random.integers(0, len(market.vacancies), VACANCIES)].reset_index(drop=True),
    )


def candidates_of(pairs: int) -> Candidates:
    random = np.random.default_rng(2)
    return Candidates(
        seeker=np.repeat(np.arange(pairs // K, dtype=np.int32), K),
        vacancy=random.integers(0, VACANCIES, pairs, dtype=np.int32),
        similarity=random.random(pairs, dtype=np.float32),
        unknown=np.zeros(pairs, dtype=np.uint16),
    )


def measure(folder: Path, pairs: int) -> Measured:
    ranker = load_ranker(folder / "ranker")
    market = enlarge(pickle.loads((folder / "market.pickle").read_bytes()))
    candidates = candidates_of(pairs)
    score_candidates(market, _part(candidates, 0, K), ranker)  # compiled code is loaded
    seconds, processor, peak = _watched(lambda: score_candidates(market, candidates, ranker))
    outputs = 3 * 4 * pairs
    return Measured(
        seconds / pairs * 1e6, processor / pairs * 1e6, *_split(market, candidates, ranker),
        (peak - outputs) / 2**20, _request_ms(market, candidates, ranker),
    )  # fmt: skip


def _part(candidates: Candidates, start: int, end: int) -> Candidates:
    return Candidates(*(getattr(candidates, name)[start:end] for name in candidates.__dataclass_fields__))


def _watched(work: Callable[[], object]) -> tuple[float, float, int]:
    """Seconds and processor seconds of `work`, and by how many bytes this process grew at most, seen every 2 ms."""
    before, peak, done = _resident_bytes(), 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.002):
            peak = max(peak, _resident_bytes() - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    start, processor = time.perf_counter(), time.process_time()
    kept = work()
    seconds, processor = time.perf_counter() - start, time.process_time() - processor
    done.set()
    watcher.join()
    del kept
    return seconds, processor, peak


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _split(market: Market, candidates: Candidates, ranker: Ranker) -> tuple[float, float, float, float]:
    """Features, compiled trees and scikit-learn's in seconds per million pairs; largest difference of the two."""
    spent, difference = np.zeros(3), 0.0
    pairs = min(SPLIT_PAIRS, len(candidates))
    for start in range(0, pairs, BLOCK_PAIRS):
        part = _part(candidates, start, min(start + BLOCK_PAIRS, pairs))
        steps = [time.perf_counter()]
        features = pair_features(market, part.seeker, part.vacancy, part.similarity)
        steps.append(time.perf_counter())
        ours = ranker.predict(features)
        steps.append(time.perf_counter())
        with threadpool_limits(1, "openmp"):
            theirs = [ranker.classifiers[side].predict_proba(features)[:, 1] for side in SIDES]
        steps.append(time.perf_counter())
        spent += np.diff(steps)
        difference = max(difference, float(np.abs(np.subtract(ours, theirs)).max()))
    features_, trees, scikit_learn = (spent / pairs * 1e6).tolist()
    return features_, trees, scikit_learn, difference


def _request_ms(market: Market, candidates: Candidates, ranker: Ranker) -> float:
    """Median of one seeker's list."""
    spent = []
    for start in range(0, REQUESTS * K, K):
        part = _part(candidates, start, start + K)
        before = time.perf_counter()
        score_candidates(market, part, ranker)
        spent.append(time.perf_counter() - before)
    return float(np.median(spent) * 1e3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="add 50,000,000 pairs")
    parser.add_argument("--data", help="not used: the city is generated")
    sizes = [*SIZES, FULL] if parser.parse_args().full else list(SIZES)
    with TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        # A fresh process each, never forked: its memory is its own.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as processes:
            found = list(processes.map(partial(measure, folder), sizes))
    table = pd.DataFrame(
        {
            "pairs": f"{pairs:,}",
            "seconds": f"{m.whole * pairs / 1e6:.2f}",
            "s per million": f"{m.whole:.3f}",
            "processor s per million": f"{m.processor:.3f}",
            "features": f"{m.features:.3f}",
            "trees": f"{m.trees:.3f}",
            "scikit-learn's trees": f"{m.scikit_learn:.3f}",
            "scikit-learn ÷ trees": f"{m.scikit_learn / m.trees:.1f}",
            "extra MiB": f"{m.memory_mib:.0f}",
            "one seeker's 50, ms": f"{m.request_ms:.2f}",
        }
        for pairs, m in zip(sizes, found, strict=True)
    )
    write_section(
        "scoring", "Scoring", "python -m benchmarks.bench_scoring --full", table,
        [
            f"Both sides, {SEEKERS:,} seekers × {VACANCIES:,} vacancies, all cores. Features, trees and scikit-learn's "
            f"predict_proba of the same features are timed apart, block by block over the first {SPLIT_PAIRS:,} pairs, "
            "in seconds per million pairs and in one thread each.",
            "Processor seconds are summed over threads and vary less with what else the machine does.",
            "Largest difference of a probability from scikit-learn's: "
            f"{max(m.difference for m in found):.0e}.",
            "Extra MiB: the growth of the process while it scores, less the 12 bytes a pair that it returns; free "
            "memory it held already is reused unseen.",
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
