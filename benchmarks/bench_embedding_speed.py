"""Texts a second of the default embedder, beside a character TF-IDF of scikit-learn on the same texts."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.default_models import default_embedder
from benchmarks.results import write_section
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from models.embedder import encode

RUNS = 5


def run(folder: str | None) -> tuple[pd.DataFrame, float]:
    city = build_city(CitySettings(seekers=20_000, vacancies=1_000, courses=10, history_months=0))
    texts = city.records.seekers["profile_text"].tolist()
    embedder, training_seconds = default_embedder(folder)
    tfidf = TfidfVectorizer(analyzer="char", ngram_range=(1, 2)).fit(texts)
    tried: dict[str, Callable[[], object]] = {
        "default embedder": lambda: encode(embedder, texts),
        "scikit-learn TF-IDF, characters 1–2": lambda: tfidf.transform(texts),
    }
    speed = {name: len(texts) / statistics.median(_times(work)) for name, work in tried.items()}
    length = statistics.mean(len(text) for text in texts)
    table = pd.DataFrame(
        {
            "encoder": list(speed),
            "texts/s": [f"{value:,.0f}" for value in speed.values()],
            "ratio": [f"{value / speed['scikit-learn TF-IDF, characters 1–2']:.1f}" for value in speed.values()],
            "mean characters": f"{length:.0f}",
        }
    )
    return table, training_seconds


def _times(work: Callable[[], object]) -> list[float]:
    work()
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--embedder")
    parser.add_argument("--data", help="not used: the texts are the synthetic city's")
    table, training_seconds = run(parser.parse_args().embedder)
    write_section(
        "embedding_speed", "Embedding speed", "python -m benchmarks.bench_embedding_speed", table,
        [
            "20,000 profile texts of the synthetic city; median of five runs after one warm-up.",
            f"Training from our reference tables alone took {training_seconds:.0f} s.",
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
