"""Answers from the live market: vacancies for a person, people for a vacancy, each judged by every hard rule.

What leaves is checked against the database once more, so that nothing closed meanwhile is among it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Engine

from api.bootstrap import Services
from api.live_market import LiveState, Vectors
from data.market import Market
from data.storage.record_repository import open_identifiers
from matching.broadening import Broadened, broaden
from matching.eligibility import judge
from matching.match_seekers import MATCHES, MatchSettings, match_seekers
from matching.ranking import score_candidates
from matching.retrieval import Candidates, dot_rows
from models.ranker import Ranker

SPARE = 10
"""Further pairs kept in reserve for those that close while the answer is made."""
ENOUGH_OF_THE_WISH = 5
"""Vacancies of the work wanted among the candidates, from which nothing beyond it is offered."""
MOST_NEIGHBOURS = 5
"""Most vacancies of near occupations in an answer."""


def vacancies_for_seeker(
    state: LiveState,
    market: Market,
    vector: Vectors,
    ranker: Ranker,
    engine: Engine,
    *,
    candidates: int,
    limit: int,
) -> pd.DataFrame:
    """The list of the only seeker of `market` (state's vacancies), `matching.match_seekers.MATCHES`, open ones only.

    `vector` is float32 (1, d). Ranked by score − price where the state has prices.
    """
    settings = MatchSettings(candidates=max(candidates, limit + SPARE), list_length=limit + SPARE)
    listed = match_seekers(market, vector, state.vacancy_vectors, ranker, settings, state.prices)
    kept = listed[still_open(market, listed, engine)].head(limit).reset_index(drop=True)
    return kept.assign(position=np.arange(1, len(kept) + 1, dtype="int32"))


def answer_seeker(
    state: LiveState, market: Market, vector: Vectors, services: Services, *, limit: int
) -> tuple[pd.DataFrame, Broadened | None]:
    """The list of the only seeker of `market`, and vacancies of neighbouring occupations where it is thin.

    No neighbours (None) where his candidates hold `ENOUGH_OF_THE_WISH`, or no occupation was wished for. Of whom
    nothing is understood (a vector of zeros) nothing is listed: any order would be as good.
    """
    if not vector.any():
        return MATCHES.empty(), None
    length = max(limit, services.settings.candidates)
    listed = vacancies_for_seeker(
        state, market, vector, services.ranker, services.engine, candidates=services.settings.candidates, limit=length
    )
    found = broaden(
        state.market, market, listed, vector, state.vacancy_vectors, services.task_vectors, services.ranker,
        enough=ENOUGH_OF_THE_WISH, limit=MOST_NEIGHBOURS, prices=state.prices,
    )  # fmt: skip
    if found is not None:
        is_open = still_open(market, found.matches, services.engine)
        kept = found.matches[is_open].reset_index(drop=True)
        near = tuple(one for one, is_kept in zip(found.neighbours, is_open, strict=True) if is_kept)
        found = Broadened(kept.assign(position=np.arange(1, len(kept) + 1, dtype="int32")), near)
    return listed.head(limit), found


def still_open(market: Market, listed: pd.DataFrame, engine: Engine) -> npt.NDArray[np.bool_]:
    """Which of the listed vacancies (column `vacancy`) the database still holds open; bool, row for row."""
    identifiers = market.vacancies["vacancy_id"].iloc[listed["vacancy"]].tolist()
    with engine.connect() as connection:
        still_open = open_identifiers(connection, "vacancies", identifiers, market.as_of)
    return np.array([identifier in still_open for identifier in identifiers], dtype=bool)


def seekers_for_vacancy(
    state: LiveState, vacancy_row: int, ranker: Ranker, engine: Engine, *, candidates: int, limit: int
) -> pd.DataFrame:
    """Seekers for one vacancy, likeliest placement first; only those that no rule forbids and that are open.

    Laid out as `matching.match_seekers.MATCHES`; `price` is the vacancy's, the same in every row. Of the people
    allowed, the `candidates` most similar ones are scored, as for a seeker.
    """
    market = state.market
    everybody = np.arange(len(market.seekers), dtype=np.int32)
    verdicts = judge(market, everybody, np.full(len(everybody), vacancy_row, dtype=np.int32))
    allowed = np.flatnonzero(verdicts.candidate)
    similarity = dot_rows(state.vacancy_vectors[vacancy_row], state.seeker_vectors, allowed)
    best = np.sort(np.lexsort((allowed, -similarity))[: max(candidates, limit + SPARE)])
    pairs = Candidates(
        seeker=allowed[best].astype(np.int32),
        vacancy=np.full(len(best), vacancy_row, dtype=np.int32),
        similarity=similarity[best],
        unknown=verdicts.unknown[allowed[best]],
    )
    scores = score_candidates(market, pairs, ranker)
    order = np.lexsort((pairs.seeker, -pairs.similarity, -scores.score))[: limit + SPARE]
    identifiers = market.seekers["seeker_id"].iloc[pairs.seeker[order]].tolist()
    with engine.connect() as connection:
        still_active = open_identifiers(connection, "seekers", identifiers, market.as_of)
    kept = order[np.array([identifier in still_active for identifier in identifiers], dtype=bool)][:limit]
    price = 0.0 if state.prices is None else float(state.prices[vacancy_row])
    table = pd.DataFrame(
        {
            "seeker": pairs.seeker[kept],
            "vacancy": pairs.vacancy[kept],
            "position": np.arange(1, len(kept) + 1, dtype="int32"),
            "similarity": pairs.similarity[kept],
            "p_accept": scores.p_accept[kept],
            "p_hire": scores.p_hire[kept],
            "score": scores.score[kept],
            "unknown": pairs.unknown[kept],
            "price": np.full(len(kept), price),
        }
    )
    return MATCHES.check(table)
