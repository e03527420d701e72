"""Neighbouring work for a wish that is narrow or exhausted, marked as such.

Two occupations are neighbours by what the classification says (the same minor group), by what is done in them
(likeness of their definitions and tasks), and by how many people did or want both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.facts.seniority import DOING
from data.market import Market
from matching.eligibility import judge
from matching.match_seekers import MatchSettings, list_matches
from matching.ranking import score_candidates
from matching.retrieval import Candidates, Vectors, dot_rows
from models.pair_features import relation
from models.ranker import Ranker

SAME_GROUP = 3
"""Relation of two occupations of one minor group (`models.pair_features.relation`)."""
LIKE_TASKS = 0.5
"""Cosine of definitions and tasks from which two occupations are neighbours: one pair in some two hundred."""
FEW_MOVES = 3
"""Moves that make a way; fewer may be chance."""


@dataclass(frozen=True)
class Neighbour:
    """An occupation (row of `load_occupations`) near another one, and why."""

    occupation: int
    same_group: bool
    task_similarity: float  # cosine
    moves: int  # people on record who did the one, and did or want the other

    @property
    def zh(self) -> str:
        """Why it is near."""
        return "、".join(self._why(("同属一小类", "工作任务相近", f"有{self.moves}人两种都做过或想做")))

    @property
    def en(self) -> str:
        """Why it is near."""
        return ", ".join(self._why(("same minor group", "similar tasks", f"{self.moves} people did or want both")))

    def _why(self, words: tuple[str, str, str]) -> list[str]:
        reasons = (self.same_group, self.task_similarity >= LIKE_TASKS, self.moves >= FEW_MOVES)
        return [word for word, holds in zip(words, reasons, strict=True) if holds]


@dataclass(frozen=True)
class Broadened:
    """Matches (laid out as `MATCHES`) outside the wish, and the neighbour that each belongs to."""

    matches: pd.DataFrame
    neighbours: tuple[Neighbour, ...]


def neighbours(
    city: Market, occupation: int, task_vectors: npt.NDArray[np.float32], *, most: int = 12
) -> list[Neighbour]:
    """Occupations near `occupation`, nearest first: by likeness of tasks, the group counting 0.2, ways up to 0.3.

    `task_vectors` is float32 (occupations, d), of unit length: definitions and tasks of `load_occupations`.
    """
    every = np.arange(len(task_vectors))
    near = relation(np.full(len(every), occupation), every) >= SAME_GROUP
    like = task_vectors @ task_vectors[occupation]
    moves = _moves(city, occupation, len(every))
    chosen = (near | (like >= LIKE_TASKS) | (moves >= FEW_MOVES)) & (every != occupation)
    worth = like + 0.2 * near + 0.1 * np.minimum(np.log10(1 + moves * (moves >= FEW_MOVES)), 3)
    rows = np.flatnonzero(chosen)
    rows = rows[np.lexsort((rows, -worth[rows]))][:most]
    return [Neighbour(int(row), bool(near[row]), float(like[row]), int(moves[row])) for row in rows]


def broaden(
    city: Market,
    market: Market,
    listed: pd.DataFrame,
    seeker_vector: Vectors,
    vacancy_vectors: Vectors,
    task_vectors: npt.NDArray[np.float32],
    ranker: Ranker,
    *,
    enough: int,
    limit: int,
    prices: npt.NDArray[np.float64] | None = None,
) -> Broadened | None:
    """Vacancies of neighbouring occupations for the only seeker of `market`, if his wish leaves too little.

    Parameters
    ----------
    city
        Everybody, whose ways from one occupation to another are counted.
    listed
        His list, laid out as `MATCHES`; what is in it is not offered again.
    enough
        Vacancies within the minor group of his wish that make broadening needless.
    limit
        Most vacancies offered.

    Returns
    -------
    None where he named no occupation, or the list holds `enough` of it.
    """
    wish = int(market.seekers["desired_occupation"].iloc[0])
    occupations = market.vacancies["occupation"].to_numpy()
    mine = relation(np.full(len(listed), wish), occupations[listed["vacancy"]]) >= SAME_GROUP
    if wish < 0 or int(mine.sum()) >= enough:
        return None
    near = {one.occupation: one for one in neighbours(city, wish, task_vectors)}
    rows = np.flatnonzero(np.isin(occupations, list(near))).astype(np.int32)
    rows = rows[~np.isin(rows, listed["vacancy"])]
    # Another occupation is step enough: nobody is offered to lead in it who never led.
    rank = market.vacancies["seniority"].to_numpy()[rows]
    rows = rows[rank <= max(DOING, int(market.seekers["seniority"].iloc[0]))]
    verdicts = judge(market, np.zeros(len(rows), np.int32), rows)
    rows, unknown = rows[verdicts.candidate], verdicts.unknown[verdicts.candidate]
    similarity = dot_rows(seeker_vector[0], vacancy_vectors, rows)
    order = np.lexsort((rows, -similarity))
    pairs = Candidates(np.zeros(len(rows), np.int32), rows[order], similarity[order], unknown[order])
    settings = MatchSettings(candidates=max(1, limit), list_length=max(1, limit))
    matches = list_matches(market, pairs, score_candidates(market, pairs, ranker), settings, prices)
    return Broadened(matches, tuple(near[int(occupations[row])] for row in matches["vacancy"]))


def _moves(city: Market, occupation: int, n_occupations: int) -> npt.NDArray[np.int64]:
    """People who did `occupation` and also did, or now want, each other occupation; int64 (occupations,)."""
    held, owner = (city.experience[name].to_numpy() for name in ("occupation", "seeker"))
    people = np.unique(owner[held == occupation])
    others = np.isin(owner, people)
    wanted = city.seekers["desired_occupation"].to_numpy()[people]
    ways: npt.NDArray[Any] = np.unique(
        np.concatenate(
            [np.stack([owner[others], held[others]], axis=1), np.stack([people, wanted.astype(held.dtype)], axis=1)]
        ),
        axis=0,
    )
    return np.bincount(ways[ways[:, 1] >= 0, 1].astype(np.int64), minlength=n_occupations)
