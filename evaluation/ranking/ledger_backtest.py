"""Out of time: rankers that knew the ledger up to a day, tried on the referrals that followed it.

At each origin a ranker learns from what was known the day before, and says of every later referral, from the facts on
the day of that referral, how likely it is to be accepted and to end in a hire. Nothing that happened from the origin
on enters a prediction. The texts' embedder is the one in use: it may have read later advertisements, never an outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import threadpool_limits

from data.columns import DATE, REFERRAL_EVENTS, REFERRALS, TEXT, Column, Records, Table
from data.market import Market, market_from_records
from evaluation.ranking.bm25_scores import Bm25Scores
from evaluation.ranking.known_then import known_on
from models.job_text import seeker_texts, vacancy_texts
from models.pair_features import pair_features
from models.prior_score import prior_probability
from models.ranker import SIDES, Ranker, train_ranker
from models.training_table import HIRE_WINDOW_DAYS, TrainingPairs, training_pairs

Vectors = npt.NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]
"""Texts → float32 (texts, d), rows L2-normalised."""
ORIGINS = 6

_PROBABILITY = Column("Float64", "said before anything happened", low=0, high=1)
BACKTEST = Table(
    "backtest",
    {
        "origin": Column(DATE, "the ranker knew what happened before this day"),
        "referred_on": Column(DATE, "day of the referral, not before origin"),
        "seeker_id": Column(TEXT, "seekers.seeker_id"),
        "vacancy_id": Column(TEXT, "vacancies.vacancy_id"),
        "group_mask": Column("uint16", "the seeker's groups that day; bit = order in SeekerGroup"),
        "p_accept": _PROBABILITY,
        "p_hire": Column("Float64", "of accepted referrals; said before anything happened", low=0, high=1),
        "accept_learnt": Column("bool", "p_accept is of a classifier; else of the prior, which is no probability"),
        "hire_learnt": Column("bool", "the same of p_hire"),
        "prior": Column("Float64", "score of the documented prior", low=0, high=1),
        "similarity": Column("Float64", "cosine of the two texts", low=-1.001, high=1.001),
        "bm25": Column("Float64", "of the seeker's text in the vacancy's", low=0),
        "random": Column("Float64", "drawn by lot", low=0, high=1),
        "accepted": Column("bool", "the seeker accepted"),
        "hire_known": Column("bool", "accepted, and the employer's answer says something of the person"),
        "hired": Column("bool", "hired; meaningful where hire_known"),
    },
)


def monthly_origins(as_of: date, count: int = ORIGINS) -> tuple[date, ...]:
    """First days of `count` test months, ascending; the last month ends when referrals are too young to be judged."""
    end = _end(as_of)
    return tuple((end - pd.DateOffset(months=back)).date() for back in range(count, 0, -1))


def ledger_backtest(records: Records, as_of: date, *, origins: Sequence[date], embed: Embed, seed: int) -> pd.DataFrame:
    """`BACKTEST`: what was said of each referral from the first origin on, and what became of it by `as_of`.

    A referral is foretold by the ranker of the last origin not after it. Those of the last `HIRE_WINDOW_DAYS` days
    before `as_of` are left out: of them only the quick decisions would be known. So are referrals of people or posts
    that the records date after the referral.

    Parameters
    ----------
    records
        With referrals and events, closed people and posts included.
    origins
        Ascending.
    """
    vectors = _KnownTexts(embed)
    after = market_from_records(records, as_of, include_closed=True)
    outcomes = training_pairs(records, after, as_of)
    words = Bm25Scores(vacancy_texts(after.vacancies))
    ends = [np.datetime64(origin) for origin in origins[1:]] + [np.datetime64(_end(as_of).date())]
    parts = []
    for origin, end in zip(origins, ends, strict=True):
        chosen = np.flatnonzero((outcomes.referred_on >= np.datetime64(origin)) & (outcomes.referred_on < end))
        ranker = _ranker_of(records, origin - timedelta(days=1), vectors, seed)
        for day in np.unique(outcomes.referred_on[chosen]):
            rows = chosen[outcomes.referred_on[chosen] == day]
            said = _said_on(records, after, outcomes, rows, ranker, words, vectors)
            parts.append(said.assign(origin=pd.Timestamp(origin)))
    if not parts:
        return BACKTEST.empty()
    table = pd.concat(parts, ignore_index=True)
    return BACKTEST.check(table.assign(random=np.random.default_rng(seed).random(len(table))))


def _end(as_of: date) -> pd.Timestamp:
    return pd.Timestamp(as_of) - pd.Timedelta(days=HIRE_WINDOW_DAYS)


def _ranker_of(records: Records, last_day: date, vectors: _KnownTexts, seed: int) -> Ranker:
    """What would have been trained in the evening of `last_day`."""
    known = known_on(records, last_day)
    known = _concerning(known, known.referrals["seeker_id"], known.referrals["vacancy_id"])
    market = market_from_records(known, last_day, include_closed=True)
    pairs = training_pairs(known, market, last_day)
    similarity = vectors.similarity(market, pairs.seeker, pairs.vacancy)
    # Of a few ten thousand pairs, threads that wait for each other cost more than they save.
    with threadpool_limits(1, user_api="openmp"):
        return train_ranker(market, pairs, similarity, seed=seed)


def _said_on(
    records: Records, after: Market, outcomes: TrainingPairs, rows: npt.NDArray[np.int64], ranker: Ranker,
    words: Bm25Scores, vectors: _KnownTexts,
) -> pd.DataFrame:  # fmt: skip
    """Predictions for the referrals `rows` of one day, from the facts of that day and no ledger at all."""
    seeker_ids = after.seekers["seeker_id"].to_numpy()[outcomes.seeker[rows]]
    vacancy_ids = after.vacancies["vacancy_id"].to_numpy()[outcomes.vacancy[rows]]
    day = pd.Timestamp(outcomes.referred_on[rows[0]])
    concerned = replace(
        _concerning(records, seeker_ids, vacancy_ids),
        referrals=REFERRALS.empty(), referral_events=REFERRAL_EVENTS.empty(),
    )  # fmt: skip
    market = market_from_records(known_on(concerned, day.date()), day.date(), include_closed=True)
    seeker = pd.Index(market.seekers["seeker_id"]).get_indexer(pd.Index(seeker_ids))
    vacancy = pd.Index(market.vacancies["vacancy_id"]).get_indexer(pd.Index(vacancy_ids))
    there = (seeker >= 0) & (vacancy >= 0)
    rows, seeker, vacancy = rows[there], seeker[there].astype(np.int32), vacancy[there].astype(np.int32)
    similarity = vectors.similarity(market, seeker, vacancy)
    features = pair_features(market, seeker, vacancy, similarity)
    p_accept, p_hire = ranker.predict(features)
    asked = seeker_texts(market.seekers, market.experience)
    return pd.DataFrame(
        {
            "referred_on": day, "seeker_id": seeker_ids[there], "vacancy_id": vacancy_ids[there],
            "group_mask": market.seekers["group_mask"].to_numpy()[seeker], "p_accept": p_accept, "p_hire": p_hire,
            **{f"{side}_learnt": side in ranker.classifiers for side in SIDES},
            "prior": prior_probability(features, "accept") * prior_probability(features, "hire"),
            "similarity": similarity, "bm25": words.of_pairs([asked[row] for row in seeker], outcomes.vacancy[rows]),
            "accepted": outcomes.accepted[rows], "hire_known": outcomes.hire_known[rows],
            "hired": outcomes.hired[rows],
        }
    )  # fmt: skip


def _concerning(records: Records, seeker_ids: Iterable[str], vacancy_ids: Iterable[str]) -> Records:
    """Only these people and posts: all that a market of few pairs needs."""
    seekers, vacancies = records.seekers, records.vacancies
    return replace(
        records,
        seekers=seekers[seekers["seeker_id"].isin(list(seeker_ids))],
        vacancies=vacancies[vacancies["vacancy_id"].isin(list(vacancy_ids))],
    )


class _KnownTexts:
    """Vectors of texts, each embedded once: between two origins most stay what they were."""

    def __init__(self, embed: Embed) -> None:
        self._embed = embed
        self._known: dict[str, Vectors] = {}

    def similarity(
        self, market: Market, seeker: npt.NDArray[np.int32], vacancy: npt.NDArray[np.int32]
    ) -> npt.NDArray[np.float32]:
        """float32 (pairs,): cosine of the texts of these pairs of market rows."""
        if not len(seeker):
            return np.empty(0, dtype=np.float32)
        sides = []
        for rows, texts in (
            (seeker, seeker_texts(market.seekers, market.experience)),
            (vacancy, vacancy_texts(market.vacancies)),
        ):
            needed, place = np.unique(rows, return_inverse=True)
            sides.append(self._of([texts[row] for row in needed])[place])
        return np.asarray(np.einsum("ij,ij->i", *sides), dtype=np.float32)

    def _of(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._embed(new), strict=True))
        return np.stack([self._known[text] for text in texts])
