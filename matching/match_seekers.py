"""Lists for seekers: retrieve, score, rank by score − price. One function for one seeker and a million."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import Column, Table
from data.errors import ConfigurationError, DataError
from data.market import Market
from matching.eligibility import judge, rules_of
from matching.ranking import Scores, score_candidates
from matching.retrieval import Candidates, Vectors, retrieve
from models.ranker import Ranker

MATCHES = Table(
    "matches",
    {
        "seeker": Column("int32", "row of market_seekers", low=0),
        "vacancy": Column("int32", "row of market_vacancies", low=0),
        "position": Column("int32", "place in the seeker's list", low=1),
        "similarity": Column("float32", "cosine of the two texts; not a probability", low=-1.001, high=1.001),
        "p_accept": Column("float32", "P(seeker accepts)", low=0, high=1),
        "p_hire": Column("float32", "P(employer hires | accepted)", low=0, high=1),
        "score": Column("float32", "P(placement) = p_accept × p_hire", low=0, high=1),
        "unknown": Column("uint16", "rules to ask about; bit = rule"),
        "price": Column("float64", "shadow price of one opening, expected placements", low=0),
    },
)


@dataclass(frozen=True)
class MatchSettings:
    """How lists are made: `candidates` retrieved a seeker, `list_length` shown."""

    candidates: int = 50
    list_length: int = 10

    def __post_init__(self) -> None:
        if not 1 <= self.list_length <= self.candidates:
            raise ConfigurationError(
                f"list_length {self.list_length} with {self.candidates} candidates",
                remedy="1 ≤ list_length ≤ candidates",
            )


def match_seekers(
    market: Market,
    seeker_vectors: Vectors,
    vacancy_vectors: Vectors,
    ranker: Ranker,
    settings: MatchSettings,
    prices: npt.NDArray[np.float64] | None = None,
) -> pd.DataFrame:
    """The list of every seeker of the market, a `MATCHES` table sorted by seeker and position.

    Parameters
    ----------
    seeker_vectors, vacancy_vectors
        float32 (n, d), rows L2-normalised, row for row with the market's tables.
    prices
        float64 (vacancies,): what one more opening is worth; none: 0 everywhere.

    Raises
    ------
    DataError
        Vectors or prices do not fit the market; or, a fault of ours, a rule fails for a listed pair.
    """
    candidates = retrieve(market, seeker_vectors, vacancy_vectors, k=settings.candidates)
    return list_matches(market, candidates, score_candidates(market, candidates, ranker), settings, prices)


def list_matches(
    market: Market,
    candidates: Candidates,
    scores: Scores,
    settings: MatchSettings,
    prices: npt.NDArray[np.float64] | None = None,
) -> pd.DataFrame:
    """The best `settings.list_length` candidates of each seeker by score − price, every rule judged again.

    Ties go to the more similar pair, then to the lower vacancy row.
    """
    if prices is not None and len(prices) != len(market.vacancies):
        raise DataError(
            f"{len(prices)} prices for {len(market.vacancies)} vacancies",
            remedy="use the prices of a run on this market, in its row order",
        )
    price = np.zeros(len(candidates)) if prices is None else prices[candidates.vacancy]
    worth = scores.score.astype(np.float64) - price
    order = np.lexsort((candidates.vacancy, -candidates.similarity, -worth, candidates.seeker))
    position = _places(candidates.seeker[order])
    keep = order[position <= settings.list_length]
    unknown = _judge_again(market, candidates.seeker[keep], candidates.vacancy[keep])
    return MATCHES.check(
        pd.DataFrame(
            {
                "seeker": candidates.seeker[keep], "vacancy": candidates.vacancy[keep],
                "position": position[position <= settings.list_length], "similarity": candidates.similarity[keep],
                "p_accept": scores.p_accept[keep], "p_hire": scores.p_hire[keep], "score": scores.score[keep],
                "unknown": unknown, "price": price[keep],
            }
        )
    )  # fmt: skip


def _places(seeker: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Place of each row within its seeker's run of rows, from 1."""
    starts = np.flatnonzero(np.r_[True, seeker[1:] != seeker[:-1]]) if len(seeker) else np.empty(0, np.int64)
    lengths = np.diff(np.r_[starts, len(seeker)])
    return np.asarray(np.arange(len(seeker)) - np.repeat(starts, lengths) + 1)


def _judge_again(
    market: Market, seeker: npt.NDArray[np.int32], vacancy: npt.NDArray[np.int32]
) -> npt.NDArray[np.uint16]:
    """The last gate: no pair that fails a rule leaves, however the candidates came about."""
    verdicts = judge(market, seeker, vacancy)
    failed = np.flatnonzero(verdicts.failed)
    if failed.size:
        first = failed[0]
        names = ", ".join(rule.name for rule in rules_of(int(verdicts.failed[first])))
        raise DataError(
            f"{failed.size} pairs fail a hard rule; the first: seeker "
            f"{market.seekers['seeker_id'].iloc[seeker[first]]}, vacancy "
            f"{market.vacancies['vacancy_id'].iloc[vacancy[first]]}: {names}",
            remedy="the candidates are of another market: retrieve again",
        )
    return verdicts.unknown
