"""BM25 of pairs of texts: the baseline that reads words and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import bm25s
import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array

from models.fused_similarity import words_and_characters

K1, B = 1.5, 0.75


class Bm25Scores:
    """BM25 over `documents` (Robertson & Zaragoza 2009, constants as usual), of words and characters.

    The library scores a query against every document; of pairs only the documents named are read.
    """

    def __init__(self, documents: Sequence[str]) -> None:
        index = bm25s.BM25(k1=K1, b=B)
        index.index([words_and_characters(text) for text in documents], show_progress=False)
        self._vocabulary = index.vocab_dict
        weights = index.scores
        self._weights = csr_array(
            csc_array(
                (weights["data"], weights["indices"], weights["indptr"]),
                shape=(len(documents), len(weights["indptr"]) - 1),
            )
        )

    def of_pairs(self, queries: Sequence[str], document: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
        """float64 (pairs,): score of each query with its document's row; a token counts as often as it is said."""
        distinct = list(dict.fromkeys(queries))
        row = {text: number for number, text in enumerate(distinct)}
        tokens = [[self._vocabulary.get(token, -1) for token in words_and_characters(text)] for text in distinct]
        said = [[token for token in known if token >= 0] for known in tokens]
        counts = csr_array(
            (
                np.ones(sum(map(len, said))), np.concatenate([np.empty(0, np.int64), *map(np.array, said)]).astype(int),
                np.concatenate([[0], np.cumsum([len(one) for one in said])]),
            ),
            shape=(len(distinct), self._weights.shape[1]),
        )  # fmt: skip
        asked = counts[np.array([row[text] for text in queries], dtype=np.int64)]
        return np.asarray(asked.multiply(self._weights[document]).sum(axis=1), dtype=np.float64).ravel()
