"""Occupation coding of real job titles beside TF-IDF on names and aliases, and how far its confidence can be trusted.

The judged titles are not used for fitting, neither the weights nor the confidence.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.default_models import default_coder
from benchmarks.results import data_folder, write_section
from data.reference.occupations import load_occupations
from evaluation.ranking_metrics.accuracy_at_k import accuracy_at_k
from models.calibration import expected_calibration_error
from models.occupation_coder import UNKNOWN_BELOW, rank_occupations, title_confidence

BINS = 5


def run(path: Path) -> tuple[pd.DataFrame, list[str]]:
    judged = pd.read_csv(path, dtype=str)
    coded = judged[judged["codes"] != "NONE"]
    accepted = [codes.split("|") for codes in coded["codes"]]
    titles = coded["title"].tolist()
    coder = default_coder()
    codes = load_occupations()["code"].to_numpy(dtype=object)
    rows, scores = rank_occupations(coder, titles, top=10)
    answers = {"ours": codes[rows].tolist(), "TF-IDF on names + aliases": _tfidf(titles)}
    table = pd.DataFrame(
        [
            {
                "coder": name,
                **{f"@{k}": f"{accuracy_at_k(accepted, ranked, k=k):.1%}" for k in (1, 5, 10)},
                "minor group @1": f"{accuracy_at_k(_minor(accepted), _minor(ranked), k=1):.1%}",
            }
            for name, ranked in answers.items()
        ]
    )
    confidence = title_confidence(scores)
    right = np.array([answer[0] in ok for answer, ok in zip(answers["ours"], accepted, strict=True)])
    known = confidence >= UNKNOWN_BELOW
    chance = np.random.default_rng(0)
    honest = np.mean([_gap(confidence, chance.random(len(confidence)) < confidence) for _ in range(500)])
    return table, [
        f"{len(titles)} titles with a code, one judge; 95 % interval about ± 6 points.",
        f"Left uncoded below confidence {UNKNOWN_BELOW}: {1 - known.mean():.0%}; right of the coded: "
        f"{right[known].mean():.0%}; of the uncoded {right[~known].mean():.0%} would have been.",
        f"Expected calibration error on these titles {_gap(confidence, right):.3f} in {BINS} bins (mean confidence "
        f"{confidence.mean():.2f}, right {right.mean():.2f}); an exact confidence would show {honest:.3f} on so few "
        "titles, by chance alone.",
        "The confidence was fitted on 240 other titles, drawn from the advertisements and judged by a language model.",
    ]


def _gap(confidence: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    return expected_calibration_error(confidence, right, bins=BINS)


def _minor(lists: list[list[str]]) -> list[list[str]]:
    return [[code[:7] for code in codes] for codes in lists]


def _tfidf(titles: list[str]) -> list[list[str]]:
    occupations = load_occupations()
    documents = occupations["name"] + " " + occupations["aliases"].str.replace("|", " ")
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2)).fit(documents)
    similarity = (vectorizer.transform(titles) @ vectorizer.transform(documents).T).toarray()
    best = np.argsort(-similarity, axis=1, kind="stable")[:, :10]
    ranked: list[list[str]] = occupations["code"].to_numpy(dtype=object)[best].tolist()
    return ranked


def main() -> None:
    path, _ = data_folder(__doc__, "gold/occupation_titles_changchun.csv")
    table, notes = run(path)
    write_section(
        "occupation_coding", "Occupation coding of real titles", "python -m benchmarks.bench_occupation_coding", table,
        notes,
    )  # fmt: skip


if __name__ == "__main__":
    main()
