"""Answers from the live market: vacancies for a person, people for a vacancy, each judged by every hard rule.

Each is made by the matching functions on a small market of the rows that can be in it (`live_selection`), and comes
with that market. What leaves is checked against the database once more, so that nothing closed meanwhile is among it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Engine

from api.bootstrap import Services
from api.embedded_market import EmbeddedMarket
from api.live_selection import (
    nearest_seekers,
    nearest_vacancies,
    people_who_did,
    union,
    vacancies_near_words,
    vacancies_of,
)
from api.live_state import NO_ROWS, LiveState, Rows
from data.market import Market
from data.storage.record_repository import open_identifiers
from matching.broadening import SAME_GROUP, Broadened, broaden, neighbours
from matching.counterfactuals import Counterfactual, counterfactuals
from matching.eligibility import judge
from matching.match_seekers import MATCHES, MatchSettings, match_seekers
from matching.ranking import score_candidates
from matching.retrieval import Candidates, dot_rows
from matching.vacancy_search import search_vacancies
from models.embedder import encode
from models.pair_features import relation
from models.ranker import Ranker

SPARE = 10
"""Further pairs kept in reserve for those that close while the answer is made."""
ENOUGH_OF_THE_WISH = 5
"""Vacancies of the work wanted among the candidates, from which nothing beyond it is offered."""
MOST_NEIGHBOURS = 5
"""Most vacancies of near occupations in an answer."""
MOST_NEAR_WORDS = 500
"""Vacancies of nearest meaning that a search looks at: no fewer than `search_vacancies` does."""


@dataclass(frozen=True)
class SeekerAnswer:
    """`listed` (laid out as `matching.match_seekers.MATCHES`) and `near` refer to rows of `market`."""

    market: Market
    listed: pd.DataFrame
    near: Broadened | None


def registered(state: LiveState, seeker_id: str) -> EmbeddedMarket | None:
    """One seeker with his vector, and no vacancies; None where he is not in the market."""
    row = state.find("seekers", seeker_id)
    return None if row is None else state.gather(row, NO_ROWS)


def unregistered(state: LiveState, person: Market, vector: npt.NDArray[np.float32]) -> EmbeddedMarket:
    """The only seeker of `person` with his vector (1, d), and no vacancies."""
    nothing = state.gather(NO_ROWS, NO_ROWS)
    return EmbeddedMarket(nothing.market.with_seekers_of(person), vector, nothing.vacancy_vectors)


def answer_seeker(state: LiveState, person: EmbeddedMarket, services: Services, *, limit: int) -> SeekerAnswer:
    """The list of the only seeker of `person`, and vacancies of neighbouring occupations where it is thin.

    Ranked by score − price where a run is published. No neighbours (None) where his candidates hold
    `ENOUGH_OF_THE_WISH`, or no occupation was wished for. Of whom nothing is understood (a vector of zeros) nothing
    is listed: any order would be as good.
    """
    if not person.seeker_vectors.any():
        return SeekerAnswer(person.market, MATCHES.empty(), None)
    length = max(limit, services.settings.candidates)
    settings = MatchSettings(candidates=length + SPARE, list_length=length + SPARE)
    rows = nearest_vacancies(state, person, settings.candidates)
    offered = state.gather(NO_ROWS, rows)
    market = offered.market.with_seekers_of(person.market)
    listed = match_seekers(
        market, person.seeker_vectors, offered.vacancy_vectors, services.ranker, settings, state.prices(market)
    )
    listed = _in_places(listed[still_open(market, listed, services.engine, state.day)].head(length))
    if not _is_thin(market, listed):
        return SeekerAnswer(market, listed.head(limit), None)
    return _broadened(state, person, rows, SeekerAnswer(market, listed, None), services, limit)


def _is_thin(market: Market, listed: pd.DataFrame) -> bool:
    """Whether `broaden` may find that the list holds too little of the wish; spares its preparation if not."""
    wish = market.seekers["desired_occupation"].to_numpy()
    offered = market.vacancies["occupation"].to_numpy()[listed["vacancy"]]
    of_the_wish = relation(np.repeat(wish, len(listed)), offered) >= SAME_GROUP
    return int(wish[0]) >= 0 and int(of_the_wish.sum()) < ENOUGH_OF_THE_WISH


def _broadened(
    state: LiveState, person: EmbeddedMarket, rows: Rows, thin: SeekerAnswer, services: Services, limit: int
) -> SeekerAnswer:
    wish = int(person.market.seekers["desired_occupation"].iloc[0])
    city = state.gather(people_who_did(state, wish), NO_ROWS).market
    near = [one.occupation for one in neighbours(city, wish, services.task_vectors)]
    offered = state.gather(NO_ROWS, union(rows, vacancies_of(state, near)))
    market = offered.market.with_seekers_of(person.market)
    identifiers = thin.market.vacancies["vacancy_id"].iloc[thin.listed["vacancy"]]
    listed = thin.listed.assign(vacancy=offered.find("vacancies", identifiers).astype("int32"))
    found = broaden(
        city, market, listed, person.seeker_vectors, offered.vacancy_vectors, services.task_vectors, services.ranker,
        enough=ENOUGH_OF_THE_WISH, limit=MOST_NEIGHBOURS, prices=state.prices(market),
    )  # fmt: skip
    if found is not None:
        is_open = still_open(market, found.matches, services.engine, state.day)
        kept = tuple(one for one, is_kept in zip(found.neighbours, is_open, strict=True) if is_kept)
        found = Broadened(_in_places(found.matches[is_open]), kept)
    return SeekerAnswer(market, listed.head(limit), found)


def openings(state: LiveState, person: EmbeddedMarket, *, candidates: int) -> tuple[Market, list[Counterfactual]]:
    """What would open further work to the only seeker of `person` (`matching.counterfactuals`), and its market.

    Counts over all vacancies: reads `LiveState.all_vacancies`.
    """
    offered = state.all_vacancies
    market = offered.market.with_seekers_of(person.market)
    return market, counterfactuals(market, person.seeker_vectors, offered.vacancy_vectors, candidates=candidates)


def vacancies_for_words(state: LiveState, words: str, services: Services, *, limit: int) -> tuple[Market, pd.DataFrame]:
    """Vacancies for a few words (`matching.vacancy_search`), open ones only, and their market."""
    similarity = services.fused_similarity
    rows = vacancies_near_words(state, words, encode(similarity.embedder, [words])[0], MOST_NEAR_WORDS)
    offered = state.gather(NO_ROWS, rows)
    found = search_vacancies(offered.market, offered.vacancy_vectors, words, similarity, limit=limit + SPARE)
    kept = found[still_open(offered.market, found, services.engine, state.day)]
    return offered.market, kept.head(limit).reset_index(drop=True)


def still_open(market: Market, listed: pd.DataFrame, engine: Engine, day: date) -> npt.NDArray[np.bool_]:
    """Which of the listed vacancies (column `vacancy`) the database holds open on `day`; bool, row for row."""
    identifiers = market.vacancies["vacancy_id"].iloc[listed["vacancy"]].tolist()
    with engine.connect() as connection:
        still_open = open_identifiers(connection, "vacancies", identifiers, day)
    return np.array([identifier in still_open for identifier in identifiers], dtype=bool)


def seekers_for_vacancy(
    state: LiveState, vacancy: Rows, ranker: Ranker, engine: Engine, *, candidates: int, limit: int
) -> tuple[Market, pd.DataFrame]:
    """Seekers for one vacancy, likeliest placement first; only those that no rule forbids and that are open.

    Laid out as `matching.match_seekers.MATCHES`, rows of the market returned; `price` is the vacancy's, the same in
    every row. Of the people allowed, the `candidates` most similar ones are scored, as for a seeker.
    """
    most = max(candidates, limit + SPARE)
    chosen = state.gather(nearest_seekers(state, state.gather(NO_ROWS, vacancy), most), vacancy)
    market = chosen.market
    everybody = np.arange(len(market.seekers), dtype=np.int32)
    verdicts = judge(market, everybody, np.zeros(len(everybody), dtype=np.int32))
    allowed = np.flatnonzero(verdicts.candidate)
    similarity = dot_rows(chosen.vacancy_vectors[0], chosen.seeker_vectors, allowed)
    best = np.sort(np.lexsort((allowed, -similarity))[:most])
    pairs = Candidates(
        seeker=allowed[best].astype(np.int32),
        vacancy=np.zeros(len(best), dtype=np.int32),
        similarity=similarity[best],
        unknown=verdicts.unknown[allowed[best]],
    )
    scores = score_candidates(market, pairs, ranker)
    order = np.lexsort((pairs.seeker, -pairs.similarity, -scores.score))[: limit + SPARE]
    identifiers = market.seekers["seeker_id"].iloc[pairs.seeker[order]].tolist()
    with engine.connect() as connection:
        still_active = open_identifiers(connection, "seekers", identifiers, state.day)
    kept = order[np.array([identifier in still_active for identifier in identifiers], dtype=bool)][:limit]
    prices = state.prices(market)
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
            "price": np.full(len(kept), 0.0 if prices is None else prices[0]),
        }
    )
    return market, MATCHES.check(table)


def _in_places(kept: pd.DataFrame) -> pd.DataFrame:
    """A list from which some were taken, counted anew."""
    return kept.reset_index(drop=True).assign(position=np.arange(1, len(kept) + 1, dtype="int32"))
