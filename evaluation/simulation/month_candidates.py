"""What every policy of a month chooses from, found once: people, posts, allowed pairs, the best of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.column_file import read_columns, write_columns
from data.market import Market
from data.whole_folder import whole_folder
from evaluation.simulation.eligible_pairs import Bits, eligible_bits
from evaluation.simulation.word_match import Tokens, best_by_words
from matching.retrieval import Vectors, retrieve
from models.pair_features import pair_features
from models.ranker import Ranker

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
FOUND = 100
"""Posts found for each person and month; a policy sees the 50 best of those that are open to it still."""
_BLOCK_PAIRS = 20_000


@dataclass(frozen=True)
class Lists:
    """One list a person, best first: of person *i* the pairs `first[i]:first[i + 1]`.

    `first` int64 (people + 1,); `vacancy` int32 (pairs,), places in the month's vacancies; `value` float32 (pairs,),
    not rising within a list; `score` float32 (pairs,), what the ranker says of the pair, or empty.
    """

    first: npt.NDArray[np.int64]
    vacancy: Ints
    value: Floats
    score: Floats


@dataclass(frozen=True)
class MonthCandidates:
    """The month as the register shows it, whoever has found work and whatever is filled by then.

    `seekers`, `vacancies` int32, rising: rows of the year's tables, registered or advertised on the day. `bits`:
    allowed pairs of their places. `similar` by cosine, with scores; `worded` by BM25.
    """

    seekers: Ints
    vacancies: Ints
    bits: Bits
    similar: Lists
    worded: Lists


def month_candidates(
    market: Market, seekers: Ints, vacancies: Ints, *, seeker_vectors: Vectors, vacancy_vectors: Vectors,
    asked: Tokens, offered: Tokens, ranker: Ranker, k: int = FOUND,
) -> MonthCandidates:  # fmt: skip
    """Find and score candidates of one day, with one thread.

    Parameters
    ----------
    market
        Of those open on the day; row i is row `seekers[i]`, `vacancies[i]` of the year's tables.
    seeker_vectors, vacancy_vectors, asked, offered
        Vectors and tokens of the market's rows.
    """
    bits = eligible_bits(market)
    words = best_by_words(asked, offered, bits, k=k)
    similar = similar_lists(market, seeker_vectors, vacancy_vectors, ranker, k=k)
    return MonthCandidates(seekers, vacancies, bits, similar, Lists(*words, np.empty(0, dtype=np.float32)))


def similar_lists(
    market: Market, seeker_vectors: Vectors, vacancy_vectors: Vectors, ranker: Ranker, *, k: int = FOUND
) -> Lists:
    """Of each seeker the `k` allowed vacancies nearest by cosine, with the ranker's scores; with one thread."""
    found = retrieve(market, seeker_vectors, vacancy_vectors, k=k, threads=1)
    score = np.empty(len(found), dtype=np.float32)
    for start in range(0, len(found), _BLOCK_PAIRS):
        part = slice(start, start + _BLOCK_PAIRS)
        accept, hire = ranker.predict(
            pair_features(market, found.seeker[part], found.vacancy[part], found.similarity[part])
        )
        score[part] = accept * hire
    first = np.concatenate([[0], np.cumsum(np.bincount(found.seeker, minlength=len(market.seekers)))])
    return Lists(first, found.vacancy, found.similarity, score)


def save_month(month: MonthCandidates, folder: Path) -> None:
    """Write the month's arrays; `folder` only ever holds all of them. Raises UnavailableError as `whole_folder`."""
    with whole_folder(folder) as fresh:
        columns: dict[str, dict[str, npt.NDArray[Any]]] = {
            "seekers": {"row": month.seekers},
            "vacancies": {"row": month.vacancies},
            "bits": {"word": month.bits.ravel()},
        }
        for name, lists in (("similar", month.similar), ("worded", month.worded)):
            columns[f"{name}_first"] = {"first": lists.first}
            columns[name] = {"vacancy": lists.vacancy, "value": lists.value}
        columns["similar"]["score"] = month.similar.score
        for name, content in columns.items():
            write_columns(fresh / f"{name}.arrow", content)


def open_month(folder: Path) -> MonthCandidates:
    """What `save_month` wrote, memory-mapped: processes share its pages. Raises DataError as `read_columns`."""

    def lists(name: str) -> Lists:
        found = read_columns(folder / f"{name}.arrow")
        first = read_columns(folder / f"{name}_first.arrow")["first"]
        return Lists(first, found["vacancy"], found["value"], found.get("score", np.empty(0, dtype=np.float32)))

    seekers, vacancies, words = (
        read_columns(folder / f"{name}.arrow")[column]
        for name, column in (("seekers", "row"), ("vacancies", "row"), ("bits", "word"))
    )
    bits = words.reshape(len(seekers), -1)
    return MonthCandidates(seekers, vacancies, bits, lists("similar"), lists("worded"))
