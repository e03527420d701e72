"""What completing a course is worth to a person: his utility with it, re-matched at current prices, less today's.

Every person is matched again once for every effect that a course of the city has on him (`course_effects`), over the
vacancies on which the effect bears: those of the rules' verdicts that training can change are taken anew, by the rules
themselves, for the person as he would be. Of these vacancies the most similar are scored by the ranker; the best L of
them and of today's options make the utility (matching.allocation). Those that are open to him as he is are scored for
him as he is, too, and count among today's options: what he can have by applying elsewhere is no merit of a course.
Prices are today's: one person more does not move them. Training takes no option away, so an uplift is never negative;
what a course costs is in `course_value`.

One path: a request is a batch of one. Nothing here depends on who else is in the block.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import DataError
from data.market import Market
from matching.allowed_vacancies import AllowedVacancies
from matching.eligibility import judge_records, rules_of, seeker_records, vacancy_records
from matching.ranking import BLOCK_PAIRS
from matching.rules import YES
from models.pair_features import pair_features
from models.ranker import Ranker
from training_recs.course_effects import Effects, TouchedVacancies, minor_groups, touched_vacancies
from training_recs.rematch_kernels import fill_prospects, find_most_similar
from training_recs.todays_options import TodaysOptions

Vectors = npt.NDArray[np.float32]
BLOCK_SEEKERS = 128
_KNOWN_TO_FEATURES = (
    "education_level", "experience_years", "desired_occupation", "credential_mask", "credentials_complete", "wage_min",
    "accepts_night_work", "accepts_shift_work", "needs_board", "needs_lodging", "will_relocate", "longitude",
    "latitude", "commute_limit_km", "seniority", "group_mask",
)  # fmt: skip
"""Columns of `MARKET_SEEKERS` that `models.pair_features` reads: what a person as he would be consists of."""


@dataclass(frozen=True)
class UpliftSettings:
    """`referrals`: longest list (L); `scored`: vacancies scored anew an effect and person.

    `profile_share`: weight of a course's text beside the person's own (0: only certificates and experience count);
    `price_weight`: how much a vacancy's price counts against its similarity when it is decided which are scored.
    """

    referrals: int = 3
    scored: int = 12
    profile_share: float = 0.0
    price_weight: float = 3.0


@dataclass(frozen=True)
class Rematched:
    """Persons as they would be, matched again: one row a (seeker, effect) that bears on any vacancy in his reach.

    `today` holds the options of the seekers of the block as they are; `utility_today` and `rate_today`, float64, are
    what these bring (`course_value.Prospects`). `seeker` int32 (row of the block), `effect` int32, `utility` and `rate`
    float64 afterwards; rows of `vacancy` (int32), `score` and `net` (float32) and `open_today` (bool)
    from `first[i]` to `first[i + 1]` are those that were scored for row i, most similar first.
    """

    today: TodaysOptions
    utility_today: npt.NDArray[np.float64]
    rate_today: npt.NDArray[np.float64]
    seeker: npt.NDArray[np.int32]
    effect: npt.NDArray[np.int32]
    utility: npt.NDArray[np.float64]
    rate: npt.NDArray[np.float64]
    first: npt.NDArray[np.int64]
    vacancy: npt.NDArray[np.int32]
    score: npt.NDArray[np.float32]
    net: npt.NDArray[np.float32]
    open_today: npt.NDArray[np.bool_]


class CourseRematch:
    """Prepared once for a market, its effects and prices; `of` answers for its seekers by the block.

    Parameters
    ----------
    seeker_vectors, vacancy_vectors
        float32 (n, d), rows L2-normalised, row for row with the market's tables.
    prices
        float64 (vacancies,), expected placements.
    today
        Today's options of the market's seekers.
    """

    def __init__(
        self, market: Market, seeker_vectors: Vectors, vacancy_vectors: Vectors, ranker: Ranker,
        prices: npt.NDArray[np.float64], effects: Effects, today: TodaysOptions, settings: UpliftSettings,
        touched: TouchedVacancies | None = None,
    ) -> None:  # fmt: skip
        self._market, self._ranker, self._settings = market, ranker, settings
        self._seeker_vectors, self._vacancy_vectors = seeker_vectors, vacancy_vectors
        self._prices, self._effects, self._today = prices, effects, today
        self._touched = touched or touched_vacancies(effects, market.vacancies, vacancy_vectors)
        self._vacancies = vacancy_records(market.vacancies)
        self._occupation = market.vacancies["occupation"].to_numpy()
        self._group = np.append(minor_groups(), -1)  # row −1, unknown, is in no group
        self._seekers = seeker_records(market.seekers)
        relaxed = self._seekers.copy()
        relaxed["credentials"], relaxed["complete"] = np.uint64(2**64 - 1), YES
        relaxed["experience"] += effects.replaced_years.max(initial=0.0)
        self._allowed = AllowedVacancies(relaxed, self._vacancies)

    def of(self, rows: slice, wanted: npt.NDArray[np.bool_]) -> Rematched:
        """Match the seekers of `rows` again for each effect that is `wanted`, bool (seekers of rows, effects)."""
        count, vacancy, similarity, own = self._most_similar(rows, wanted)
        seeker, effect = (found.astype(np.int32) for found in np.nonzero(count))
        filled = np.arange(vacancy.shape[2]) < count[seeker, effect][:, None]
        pairs, as_is = vacancy[seeker, effect][filled], own[seeker, effect][filled]
        first = np.concatenate([[0], np.cumsum(count[seeker, effect])]).astype(np.int64)
        variant = np.repeat(np.arange(len(seeker), dtype=np.int32), np.diff(first))
        open_today = ~np.isnan(as_is)
        today = self._with_those_open(rows, seeker[variant[open_today]], pairs[open_today], as_is[open_today])
        self._judge_again(rows, seeker, effect, variant, pairs)
        market = self._as_they_would_be(rows, seeker, effect)
        score = self._score(market, variant, pairs, similarity[seeker, effect][filled])
        net = np.maximum(score - self._prices[pairs], 0.0).astype(np.float32)
        utility, rate = np.empty(len(seeker)), np.empty(len(seeker))
        referrals = self._settings.referrals
        fill_prospects(
            seeker, first, pairs, net, today.vacancy, today.net, self._prices, referrals, utility, rate
        )  # fmt: skip
        utility_today, rate_today = today.utility(referrals), today.rate(referrals, self._prices)
        return Rematched(
            today, utility_today, rate_today, seeker, effect, utility, rate, first, pairs, score, net, open_today
        )

    @property
    def referrals(self) -> int:
        """Longest list of referrals (L)."""
        return self._settings.referrals

    def blocks(self, size: int = BLOCK_SEEKERS) -> Iterator[slice]:
        """All seekers, some at a time."""
        total = len(self._market.seekers)
        return (slice(start, min(start + size, total)) for start in range(0, total, size))

    def _with_those_open(
        self, rows: slice, seeker: npt.NDArray[np.int32], vacancy: npt.NDArray[np.int32],
        similarity: npt.NDArray[np.float32],
    ) -> TodaysOptions:  # fmt: skip
        """Today's options of a block and these pairs, which are open already; each pair is scored once."""
        key = seeker.astype(np.int64) * len(self._vacancies) + vacancy
        _, once = np.unique(key, return_index=True)
        mine, row = seeker[once], vacancy[once]
        score = self._score(self._market, (rows.start + mine).astype(np.int32), row, similarity[once])
        first = np.searchsorted(mine, np.arange(rows.stop - rows.start + 1)).astype(np.int64)
        return self._today.of(rows).with_more(first, row, score, self._prices)

    def _most_similar(self, rows: slice, wanted: npt.NDArray[np.bool_]) -> tuple[Any, Any, Any, Any]:
        """Of each (seeker, effect) the vacancies to score: how many, which, how similar then, and how similar now.

        Now is NaN where the rules keep the vacancy closed to the person as he is.
        """
        every = np.arange(len(self._market.seekers))[rows]
        bits, _ = self._allowed.of(every)
        shape = (*wanted.shape, self._settings.scored)
        count = np.zeros(wanted.shape, dtype=np.int64)
        vacancy, key = np.empty(shape, np.int32), np.empty(shape, np.float32)
        similarity, own = np.empty(shape, np.float32), np.empty(shape, np.float32)
        find_most_similar(
            bits, self._seekers[rows], self._vacancies, np.ascontiguousarray(self._seeker_vectors[rows]),
            self._vacancy_vectors, self._prices, wanted, self._effects.credentials, self._effects.vectors,
            self._touched.first, self._touched.effect, self._touched.nearness, self._touched.replaced,
            np.float32(self._settings.profile_share), np.float32(self._settings.price_weight),
            count, vacancy, key, similarity, own,
        )  # fmt: skip
        return count, vacancy, similarity, own

    def _judge_again(
        self, rows: slice, seeker: npt.NDArray[np.int32], effect: npt.NDArray[np.int32],
        variant: npt.NDArray[np.int32], vacancy: npt.NDArray[np.int32],
    ) -> None:  # fmt: skip
        """The last gate: every rule, for each person as he would be; a fault of ours if one fails."""
        alike = self._seekers[rows][seeker]
        alike["credentials"] |= self._effects.credentials[effect]
        trained = alike.copy()
        trained["experience"] += self._effects.replaced_years[effect]
        trade = self._effects.occupation[effect][variant]
        in_group = self._group[trade] == np.append(self._group[:-1], -2)[self._occupation[vacancy]]
        people = np.concatenate([alike, trained])
        verdicts = judge_records(people, self._vacancies, variant + np.int32(len(alike)) * in_group, vacancy)
        if verdicts.failed.any():
            first = int(np.flatnonzero(verdicts.failed)[0])
            names = ", ".join(rule.name for rule in rules_of(int(verdicts.failed[first])))
            raise DataError(
                f"vacancy {self._market.vacancies['vacancy_id'].iloc[vacancy[first]]} fails a rule for a person as "
                f"trained: {names}",
                remedy="delete the compiled kernels (training_recs/__pycache__/*.nb*) and start again",
            )

    def _as_they_would_be(self, rows: slice, seeker: npt.NDArray[np.int32], effect: npt.NDArray[np.int32]) -> Market:
        """A market whose seekers are the pairs (seeker, effect): credentials and a job of the training added."""
        people = self._market.seekers
        columns = {name: people[name].to_numpy()[rows][seeker] for name in _KNOWN_TO_FEATURES}
        columns["credential_mask"] = columns["credential_mask"] | self._effects.credentials[effect]
        return replace(self._market, seekers=pd.DataFrame(columns), experience=self._experience(rows, seeker, effect))

    def _experience(self, rows: slice, seeker: npt.NDArray[np.int32], effect: npt.NDArray[np.int32]) -> pd.DataFrame:
        """Jobs of those people: their own, and the training where it counts as one."""
        held = self._market.experience
        owner = held["seeker"].to_numpy()
        own = np.arange(rows.start, rows.stop, dtype=np.int32)[seeker]
        begin, end = np.searchsorted(owner, own, "left"), np.searchsorted(owner, own, "right")
        of_variant = np.repeat(np.arange(len(seeker), dtype=np.int32), end - begin)
        offset = np.cumsum(end - begin) - (end - begin)
        job = np.arange(len(of_variant)) + np.repeat(begin - offset, end - begin)
        counted = (self._effects.occupation[effect] >= 0) & (self._effects.counted_years[effect] > 0)
        trained = np.flatnonzero(counted).astype(np.int32)
        variant = np.concatenate([of_variant, trained])
        occupation = np.concatenate([held["occupation"].to_numpy()[job], self._effects.occupation[effect[trained]]])
        years = np.concatenate([held["years"].to_numpy()[job], self._effects.counted_years[effect[trained]]])
        order = np.argsort(variant, kind="stable")
        return pd.DataFrame({"seeker": variant[order], "occupation": occupation[order], "years": years[order]})

    def _score(
        self, market: Market, variant: npt.NDArray[np.int32], vacancy: npt.NDArray[np.int32],
        similarity: npt.NDArray[np.float32],
    ) -> npt.NDArray[np.float32]:  # fmt: skip
        """As `matching.ranking.score_candidates`, on the thread that asks: blocks of seekers run side by side."""
        score = np.empty(len(variant), dtype=np.float32)
        for start in range(0, len(variant), BLOCK_PAIRS):
            part = slice(start, start + BLOCK_PAIRS)
            features = pair_features(market, variant[part], vacancy[part], similarity[part])
            accept, hire = self._ranker.predict(features)
            score[part] = accept.astype(np.float32) * hire.astype(np.float32)
        return score
