"""What a credential is worth to a seeker at current prices: his utility with it, less his utility today."""

from __future__ import annotations

from dataclasses import dataclass

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
    # The person as he is, and once with each distinct set: so many seekers, matched together.
    masks = np.unique(np.append(held | credential_masks, held))
    variants = market.variants(len(masks), credential_mask=masks)
    candidates = retrieve(
        variants, np.repeat(seeker_vector, len(masks), axis=0), vacancy_vectors, k=settings.candidates
    )
    net = score_candidates(variants, candidates, ranker).score - prices[candidates.vacancy]
    utility = [
        float(np.sort(np.maximum(net[candidates.seeker == variant], 0.0))[::-1][: settings.referrals_per_seeker].sum())
        for variant in range(len(masks))
    ]
    open_to = _open_to(variants)
    today = int(np.searchsorted(masks, held))
    return [
        Uplift(utility[variant] - utility[today], tuple(np.flatnonzero(open_to[variant] & ~open_to[today]).tolist()))
        for variant in np.searchsorted(masks, held | credential_masks)
    ]


def _open_to(market: Market) -> npt.NDArray[np.bool_]:
    """Which vacancies no rule forbids to which seeker; shape (seekers, vacancies)."""
    shape = len(market.seekers), len(market.vacancies)
    seekers, vacancies = (rows.ravel().astype(np.int32) for rows in np.indices(shape))
    return judge(market, seekers, vacancies).candidate.reshape(shape)
