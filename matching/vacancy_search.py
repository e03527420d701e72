"""Vacancies for a few words, as a desk types them: by meaning and by words, no person in view.

The embedder finds what is meant among all vacancies; the words order what it found, and what holds the very words is
never missed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.market import Market
from matching.retrieval import Vectors
from models.embedder import encode
from models.fused_similarity import FusedSimilarity

_NEAREST = 500
"""Vacancies of nearest meaning whose words are looked at."""


def search_vacancies(
    market: Market, vacancy_vectors: Vectors, words: str, similarity: FusedSimilarity, *, limit: int
) -> pd.DataFrame:
    """The `limit` vacancies most like `words`, best first, ties by row: columns `vacancy` (row), `score`.

    `vacancy_vectors` is float32 (vacancies, d), row for row with the market's table, of the same embedder.
    """
    titles = market.vacancies["title"]
    meaning = vacancy_vectors @ encode(similarity.embedder, [words])[0]
    rows = np.union1d(_nearest(meaning), np.flatnonzero(titles.str.contains(words, case=False, regex=False)))
    score = similarity.fuse(meaning[rows][None, :], [words], titles.iloc[rows].tolist())[0]
    order = np.lexsort((rows, -score))[:limit]
    order = order[score[order] > 0]  # nothing in common is no answer
    return pd.DataFrame({"vacancy": rows[order].astype(np.int32), "score": score[order]})


def _nearest(meaning: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    if len(meaning) <= _NEAREST:
        return np.arange(len(meaning))
    return np.argpartition(-meaning, _NEAREST)[:_NEAREST]
