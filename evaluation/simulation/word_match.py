"""BM25: posts by the words that they share with what a person says of himself, as a search box would find them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import bm25s
import numpy as np
import numpy.typing as npt
from bm25s.tokenization import Tokenized

from evaluation.simulation.eligible_pairs import Bits
from models.fused_similarity import words_and_characters
from models.kernels import kernel

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Tokens:
    """Texts as numbers of their words and characters: text *i* is `token[first[i]:first[i + 1]]`, int32, int64."""

    first: npt.NDArray[np.int64]
    token: Ints

    def of(self, rows: npt.NDArray[np.int32]) -> Tokens:
        """The texts of these rows."""
        length = np.diff(self.first)[rows]
        first = np.concatenate([[0], np.cumsum(length)])
        places = np.arange(first[-1]) + np.repeat(self.first[rows] - first[:-1], length)
        return Tokens(first, self.token[places])


def tokenize(texts: Sequence[str], others: Sequence[str]) -> tuple[Tokens, Tokens]:
    """Both lists of texts in one numbering: the segmenter's words and all characters."""
    number: dict[str, int] = {}

    def tokens(of: Sequence[str]) -> Tokens:
        parts = [[number.setdefault(t, len(number)) for t in words_and_characters(text) if t.strip()] for text in of]
        first = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
        return Tokens(first, np.fromiter((t for part in parts for t in part), np.int32, int(first[-1])))

    return tokens(texts), tokens(others)


def best_by_words(asked: Tokens, offered: Tokens, bits: Bits, *, k: int) -> tuple[npt.NDArray[np.int64], Ints, Floats]:
    """Of each asked text the `k` offered ones of highest BM25 that its bits allow; none of score 0.

    BM25 as in Lucene, k1 = 1.5, b = 0.75 (Robertson & Zaragoza 2009), indexed by bm25s. Its own retrieval knows no
    filter that differs from query to query, so scores are summed here from its index.

    Returns
    -------
    `first` int64 (asked + 1,), and of the pairs, best first within each text: the offered text int32, score float32.
    Ties go to the lower row.
    """
    most = int(max(asked.token.max(initial=0), offered.token.max(initial=0)))
    index = bm25s.BM25(k1=1.5, b=0.75)
    each = np.split(offered.token, offered.first[1:-1])
    words = Tokenized(ids=[part.tolist() for part in each], vocab={str(token): token for token in range(most + 1)})
    index.index(words, show_progress=False)
    scores = index.scores
    found, value = _best(
        scores["indptr"].astype(np.int64), scores["indices"].astype(np.int32), scores["data"].astype(np.float32),
        asked.first, asked.token, bits, len(offered.first) - 1, k,
    )  # fmt: skip
    is_found = found >= 0
    return np.concatenate([[0], np.cumsum(is_found.sum(axis=1))]), found[is_found], value[is_found]


@kernel
def _best(
    starts: npt.NDArray[np.int64], text: Ints, weight: Floats, first: npt.NDArray[np.int64], token: Ints, bits: Bits,
    n: int, k: int,
) -> tuple[Ints, Floats]:  # fmt: skip
    found = np.full((len(first) - 1, k), -1, dtype=np.int32)
    value = np.zeros((len(first) - 1, k), dtype=np.float32)
    score = np.empty(n, dtype=np.float32)
    for i in range(len(found)):
        score[:] = 0
        for t in token[first[i] : first[i + 1]]:
            for p in range(starts[t], starts[t + 1]):
                score[text[p]] += weight[p]
        filled = 0
        for v in range(n):
            if score[v] <= 0 or (filled == k and score[v] <= value[i, k - 1]):
                continue
            if not (bits[i, v >> 6] >> np.uint64(v & 63)) & np.uint64(1):
                continue
            at = filled if filled < k else k - 1
            while at > 0 and value[i, at - 1] < score[v]:
                value[i, at], found[i, at] = value[i, at - 1], found[i, at - 1]
                at -= 1
            value[i, at], found[i, at] = score[v], v
            filled = min(filled + 1, k)
    return found, value
