"""How alike short texts about work are: by meaning and by words, in one score.

Meaning is the cosine of the embedder's vectors. Words is the cosine of TF-IDF over characters and the words of a
Chinese segmenter: it keeps apart what is named exactly (C1 and C2, 日语 and 韩语). The weight was chosen on half of the
queries of benchmarks.bench_title_similarity, where reciprocal rank fusion (Cormack, Clarke & Büttcher 2009) stays
below either; a third likeness, of the occupations nearest to each text, gained less than chance and was left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import rjieba
from sklearn.feature_extraction.text import TfidfVectorizer

from data.reference.job_language import names_in_use
from data.reference.occupations import load_coded_titles, load_occupations
from models.embedder import encode

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

WEIGHT_OF_WORDS = 0.3
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class FusedSimilarity:
    """An embedder and a fitted vectoriser."""

    embedder: SentenceTransformer
    vectorizer: TfidfVectorizer

    def __call__(self, asked: Sequence[str], offered: Sequence[str]) -> Floats:
        """float32 (len(asked), len(offered)): meaning + 0.3 × words, −1 to 1.3."""
        return self.fuse(encode(self.embedder, asked) @ encode(self.embedder, offered).T, asked, offered)

    def fuse(self, meaning: Floats, asked: Sequence[str], offered: Sequence[str]) -> Floats:
        """The same where the cosines of the embedder, `meaning`, are known already."""
        words = self.vectorizer.transform(asked) @ self.vectorizer.transform(offered).T
        return np.asarray(meaning + WEIGHT_OF_WORDS * words.toarray(), dtype=np.float32)


def build_fused_similarity(embedder: SentenceTransformer) -> FusedSimilarity:
    """Fit on the titles of our reference tables: part of a second."""
    everyday = [title for titles in names_in_use().values() for title in titles]
    titles = dict.fromkeys([*load_occupations()["name"], *load_coded_titles()["title"], *everyday])
    return FusedSimilarity(embedder, TfidfVectorizer(analyzer=words_and_characters, dtype=np.float32).fit(titles))


def words_and_characters(text: str) -> list[str]:
    """Words of the segmenter and single characters, lower-cased."""
    lowered = text.lower()
    return [*rjieba.cut(lowered), *lowered]
