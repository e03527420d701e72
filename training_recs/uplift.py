"""What a credential is worth to a seeker at current prices: his utility with it, less his utility today."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from data.market import Market
from matching.eligibility import judge
from matching.ranking import score_candidates
from matching.retrieval import retrieve
from models.ranker import Ranker


@dataclass(frozen=True)
class UpliftSettings:
    """As the overnight run matches: candidates retrieved, and referrals a seeker may have."""

    candidates: int = 50
    referrals_per_seeker: int = 3


@dataclass(frozen=True)
class Uplift:
    """`value`: change of the seeker's utility, expected placements; `opened`: vacancy rows that become open."""

    value: float
    opened: tuple[int, ...]


def credential_uplift(
    market: Market,
    seeker_vector: npt.NDArray[np.float32],
    vacancy_vectors: npt.NDArray[np.float32],
    ranker: Ranker,
    prices: npt.NDArray[np.float64],
    credential_masks: npt.NDArray[np.uint64],
    settings: UpliftSettings,
) -> list[Uplift]:
    """Uplift of each set of further credentials for the only seeker of `market`.

    Utility is what the allocation's dual gives him: the sum of his best L positive values of score − price
    (matching.allocation). Prices are those of today: one person more does not move them. A credential for
    crowded work is worth little even if it opens many vacancies, and the number says so.

    Parameters
    ----------
    seeker_vector, vacancy_vectors
        float32 (1, d) and (vacancies, d).
    prices
        float64 (vacancies,), expected placements.
    credential_masks
        uint64 (sets,): what each course would add.
    """
    held = market.seekers["credential_mask"].to_numpy(np.uint64)[0]
    open_today = _allowed(market)
    today = _utility(market, seeker_vector, vacancy_vectors, ranker, prices, settings)
    known: dict[int, Uplift] = {int(held): Uplift(0.0, ())}
    for mask in np.unique(held | credential_masks):
        if int(mask) not in known:
            trained = replace(market, seekers=market.seekers.assign(credential_mask=np.array([mask], np.uint64)))
            later = _utility(trained, seeker_vector, vacancy_vectors, ranker, prices, settings)
            opened = np.flatnonzero(_allowed(trained) & ~open_today)
            known[int(mask)] = Uplift(later - today, tuple(int(row) for row in opened))
    return [known[int(held | mask)] for mask in credential_masks]


def _utility(
    market: Market,
    seeker_vector: npt.NDArray[np.float32],
    vacancy_vectors: npt.NDArray[np.float32],
    ranker: Ranker,
    prices: npt.NDArray[np.float64],
    settings: UpliftSettings,
) -> float:
    candidates = retrieve(market, seeker_vector, vacancy_vectors, k=settings.candidates)
    net = score_candidates(market, candidates, ranker).score - prices[candidates.vacancy]
    return float(np.sort(np.maximum(net, 0.0))[::-1][: settings.referrals_per_seeker].sum())


def _allowed(market: Market) -> npt.NDArray[np.bool_]:
    vacancies = np.arange(len(market.vacancies), dtype=np.int32)
    return judge(market, np.zeros(len(vacancies), dtype=np.int32), vacancies).candidate
