"""Job titles → codes of the 2022 occupational classification, with a confidence; unknown where it is too low.

An occupation's score for a title is the sum of four likenesses: of words (character n-gram TF-IDF) and of meaning
(an encoder trained on our reference tables), each with the best of its names (official name, aliases and the words
of service desks, each a document of its own, so that a long list does not dilute the one that fits) and with its
definition and tasks. The encoder is never trained on the agency's records and does not follow the choice of
`ZHUYE_EMBEDDER`, so that a title keeps its code and its confidence from one training to the next.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from data.reference.job_language import load_everyday_titles, load_synonyms, names_in_use
from data.reference.occupations import load_coded_titles, load_occupations
from data.reference.trades import load_trades
from models.embedder import encode
from models.job_text import occupation_texts
from models.text_pairs import PairSources
from models.train_embedder import EmbedderSettings, train_embedder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

UNKNOWN_BELOW = 0.5
"""Confidence under which a title is left uncoded: a wrong code misleads, a missing one is asked for."""

_WORDS_OF_DESCRIPTION, _MEANING_OF_NAME, _MEANING_OF_DESCRIPTION = 0.6, 1.0, 1.5
"""Weights beside that of the words of a name, 1."""
ENCODER_SETTINGS = EmbedderSettings(members=2, member_dimension=128, dimension=256)
_BLOCK = 2_000  # titles scored at once: bounds memory to block × documents

# Logistic regression of "the first code is right" on the score and its lead over the second, fitted on 240 titles
# drawn at random from the advertisements of Changchun of 2020 (none of them among the judged titles), read and judged
# one by one by a language model, no human. Right were 68 %.
_CONFIDENCE_INTERCEPT, _CONFIDENCE_SCORE, _CONFIDENCE_LEAD = -4.724, 2.198, 0.335

_NOISE = re.compile(
    r"[（(【\[].*?[)）】\]]|\d+(?:\.\d+)?\s*[-—~]\s*\d+(?:\.\d+)?\s*[kK万千元]*|[A-Za-z]*\d{3,}元?"
    r"|急聘|急招|诚聘|高薪|直招|直聘|长春市?|双休|单休|五险一金|五险|包吃住|包吃|包住|不加班|白班|应届生|实习生?|全职|兼职|招聘"
)


@dataclass(frozen=True)
class OccupationCoder:
    """A fitted vectoriser and its documents; rows of `owners` are rows of `load_occupations`."""

    vectorizer: TfidfVectorizer
    names: Any  # CSR of shape (number of names, vocabulary), rows sorted by owner
    owners: npt.NDArray[np.int64]  # occupation row of each group of names
    first_of_owner: npt.NDArray[np.int64]  # where each owner's names begin
    descriptions: Any  # CSR of shape (number of occupations, vocabulary)
    encoder: SentenceTransformer
    name_vectors: npt.NDArray[np.float32]  # (number of names, d)
    description_vectors: npt.NDArray[np.float32]  # (number of occupations, d)


def train_coder_encoder(settings: EmbedderSettings = ENCODER_SETTINGS) -> SentenceTransformer:
    """The encoder of the coder: half a minute; to be kept (`save`) and given to `build_occupation_coder`."""
    return train_embedder(PairSources().draw, seed=0, settings=settings)


def coder_fingerprint() -> str:
    """Changes when the encoder's tables or settings do: an encoder of another fingerprint is trained anew."""
    tables = (load_occupations(), load_coded_titles(), load_everyday_titles(), load_trades())
    told = [table.to_csv() for table in tables] + [repr(load_synonyms()), repr(ENCODER_SETTINGS)]
    return sha256("\n".join(told).encode()).hexdigest()[:16]


def build_occupation_coder(encoder: SentenceTransformer) -> OccupationCoder:
    """Fit on the classification: about a second."""
    occupations = load_occupations()
    everyday = names_in_use()
    names: list[str] = []
    owners: list[int] = []
    for row, (code, name, aliases) in enumerate(occupations[["code", "name", "aliases"]].itertuples(index=False)):
        distinct = dict.fromkeys([str(name), *str(aliases).split("|"), *everyday.get(str(code), [])])
        names += [text.lower() for text in distinct if text]
        owners += [row] * (len(names) - len(owners))
    descriptions = occupation_texts()
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32)
    vectorizer.fit(names + descriptions)
    distinct_owners, first = np.unique(np.asarray(owners), return_index=True)
    return OccupationCoder(
        vectorizer=vectorizer,
        names=vectorizer.transform(names),
        owners=distinct_owners,
        first_of_owner=first,
        descriptions=vectorizer.transform(descriptions),
        encoder=encoder,
        name_vectors=encode(encoder, names),
        description_vectors=encode(encoder, descriptions),
    )


def clean_title(title: str) -> str:
    """The title without brackets, numbers, pay, benefits and calls to hurry; itself where nothing would be left."""
    return " ".join(_NOISE.sub(" ", title).split()).lower() or title.lower()


def rank_occupations(
    coder: OccupationCoder, titles: Sequence[str], top: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Best occupations of each title.

    Returns
    -------
    rows : int64 of shape (number of titles, top)
        Rows of `load_occupations`, best first, ties by row.
    scores : float32 of the same shape
        Sum of the weighted likenesses, up to 4.1; at or below 0: nothing in common.
    """
    rows = np.empty((len(titles), top), dtype=np.int64)
    scores = np.empty((len(titles), top), dtype=np.float32)
    for start in range(0, len(titles), _BLOCK):
        block = [clean_title(title) for title in titles[start : start + _BLOCK]]
        similarity = _score_block(coder, block)
        best = np.argsort(-similarity, axis=1, kind="stable")[:, :top]
        rows[start : start + len(block)] = best
        scores[start : start + len(block)] = np.take_along_axis(similarity, best, axis=1)
    return rows, scores


def code_titles(coder: OccupationCoder, titles: Sequence[str], *, threshold: float = UNKNOWN_BELOW) -> pd.DataFrame:
    """Code each title.

    Returns
    -------
    DataFrame with one row a title
        `occupation_code` (string; null where the confidence is below `threshold`) and `confidence` (Float64,
        estimated probability that the best code is right, given also where the code is withheld).
    """
    distinct = list(dict.fromkeys(titles))
    rows, scores = rank_occupations(coder, distinct, top=2)
    confidence = title_confidence(scores)
    codes = load_occupations()["code"].iloc[rows[:, 0]].array
    coded = pd.DataFrame(
        {
            "occupation_code": pd.Series(codes, dtype="string").where(confidence >= threshold).array,
            "confidence": pd.array(confidence, dtype="Float64"),
        },
        index=distinct,
    )
    return coded.loc[list(titles)].reset_index(drop=True)


def title_confidence(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Probability that the first of at least two `scores` (descending) is right; 0 where nothing is in common."""
    lead = scores[:, 0] - scores[:, 1]
    logit = _CONFIDENCE_INTERCEPT + _CONFIDENCE_SCORE * scores[:, 0] + _CONFIDENCE_LEAD * lead
    confidence: npt.NDArray[np.float64] = (scores[:, 0] > 0) / (1 + np.exp(-logit.astype(np.float64)))
    return confidence


def _score_block(coder: OccupationCoder, titles: list[str]) -> npt.NDArray[np.float32]:
    words, meaning = coder.vectorizer.transform(titles), encode(coder.encoder, titles)
    score = _WORDS_OF_DESCRIPTION * (words @ coder.descriptions.T).toarray()
    score += _MEANING_OF_DESCRIPTION * (meaning @ coder.description_vectors.T)
    for weight, by_name in (
        (1.0, (words @ coder.names.T).toarray()),
        (_MEANING_OF_NAME, meaning @ coder.name_vectors.T),
    ):
        score[:, coder.owners] += weight * np.maximum.reduceat(by_name, coder.first_of_owner, axis=1)
    return np.asarray(score, dtype=np.float32)
