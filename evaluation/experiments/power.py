"""How large an effect an experiment over markets can find, and how many markets it takes.

With total variance σ² = p (1 − p) of a placement and intracluster correlation ρ, the mean over the people of some
markets, m_g of each, has variance

    σ² [ρ Σ m_g² ÷ (Σ m_g)² + (1 − ρ) ÷ Σ m_g]  =  σ² ÷ N · [1 + ((1 + CV²) m̄ − 1) ρ],

the design effect of unequal clusters (Eldridge, Ashby & Kerry 2006, Int. J. Epidemiology 35, eq. 3; with CV = 0 that of
Kish 1965). At saturation s, s m_g people of a market are treated and (1 − s) m_g are not; each is compared with the
pure control, whose markets are others, so variances add (Baird, Bohren, McIntosh & Özler 2018, section 3). The minimal
detectable effect is (t_{1−α/2} + t_{power}) √variance (Bloom 1995, Evaluation Review 19; Donner & Klar 2000, ch. 5),
with the degrees of freedom that the analysis will have (`cluster_robust`: fewer where sizes differ) and, on the treated
side, the variance at the rate with the effect.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import t

from data.errors import DataError
from evaluation.experiments.cluster_robust import cluster_effect
from evaluation.refusal import Refusal

Floats = npt.NDArray[np.float64]
_ROUNDS = 20
FEWEST_FOR_ICC = 5
"""Markets with people, below which a variance between markets cannot be estimated to any use."""


@dataclass(frozen=True)
class PastOutcomes:
    """What is known of placements before the experiment.

    `rate`: share placed within the horizon, all markets together. `icc`: intracluster correlation, by ANOVA; it may be
    negative by chance. `markets`, `people`: of how many.
    """

    rate: float
    icc: float
    markets: int
    people: int


def past_outcomes(placed: npt.NDArray[np.integer], people: npt.NDArray[np.integer]) -> PastOutcomes | Refusal:
    """Placement rate and intracluster correlation by the ANOVA estimator for a yes/no outcome.

    ρ = (MSB − MSW) ÷ (MSB + (n₀ − 1) MSW), n₀ = (N − Σ m² ÷ N) ÷ (k − 1) (Donner 1986, Int. Statistical Review 54;
    Ridout, Demétrio & Firth 1999, Biometrics 55, section 2).

    Parameters
    ----------
    placed, people
        Of shape (markets,): placed within the horizon, of how many. Markets without people are left out.
    """
    counted = people > 0
    y, m = placed[counted].astype(np.float64), people[counted].astype(np.float64)
    k, n = len(m), float(m.sum())
    if k < FEWEST_FOR_ICC or n <= k or y.sum() in (0.0, n):
        return Refusal(
            zh=f"过去的结果太少（{k} 个市场、{n:.0f} 人、{y.sum():.0f} 人就业），不能估计市场间差异。",
            en=f"too few past outcomes ({k} markets, {n:.0f} people, {y.sum():.0f} placed) to tell how markets differ",
        )
    rate = y.sum() / n
    between = float((m * (y / m - rate) ** 2).sum()) / (k - 1)
    within = float((y * (1 - y / m)).sum()) / (n - k)
    typical = (n - float((m**2).sum()) / n) / (k - 1)
    icc = (between - within) / (between + (typical - 1) * within)
    return PastOutcomes(float(rate), float(icc), k, int(n))


def design_effect(people: Floats, icc: float) -> float:
    """How many times the variance of a simple random sample of as many people: 1 + ((1 + CV²) m̄ − 1) ρ."""
    return 1.0 + (float((people**2).sum() / people.sum()) - 1.0) * max(icc, 0.0)


def mean_variance(rate: float, icc: float, people: Floats) -> float:
    """Variance of the share placed among all the people of these markets."""
    return rate * (1 - rate) * design_effect(people, icc) / float(people.sum())


def minimal_detectable_effect(
    past: PastOutcomes, treated: Floats, control: Floats, *, alpha: float = 0.05, power: float = 0.8
) -> float:
    """The smallest change of the placement rate found with chance `power` by a two-sided test at `alpha`.

    Parameters
    ----------
    treated, control
        float64 (markets of the side,): people compared in each market, > 0.

    Raises
    ------
    DataError
        There are fewer than two markets on a side.
    """
    if min(len(treated), len(control)) < 2:
        raise DataError(f"{len(treated)} markets against {len(control)}", remedy="at least two on either side")
    people = np.concatenate([treated, control])
    side = np.arange(len(people)) < len(treated)
    freedom = cluster_effect(np.zeros(len(people)), people, side, np.arange(len(people))).freedom
    quantiles = float(t.ppf(1 - alpha / 2, freedom) + t.ppf(power, freedom))
    effect = 0.0
    for _ in range(_ROUNDS):  # the variance depends on the effect, a little
        changed = min(past.rate + effect, 1.0)
        variance = mean_variance(changed, past.icc, treated) + mean_variance(past.rate, past.icc, control)
        effect = quantiles * float(np.sqrt(variance))
    return effect


def markets_needed(
    past: PastOutcomes, effect: float, *, mean_people: float, cv: float, share: float = 1.0,
    alpha: float = 0.05, power: float = 0.8, most: int = 10_000,
) -> int | None:  # fmt: skip
    """Markets on either side that find `effect` with chance `power`; None where even `most` do not.

    Parameters
    ----------
    mean_people, cv
        People of a market on average, and their coefficient of variation.
    share
        Of the people of a treated market who are compared: the saturation, for the treated.
    """
    each = [
        rate * (1 - rate) * (1 + ((1 + cv**2) * m - 1) * max(past.icc, 0.0)) / m
        for rate, m in ((min(past.rate + effect, 1.0), mean_people * share), (past.rate, mean_people))
    ]

    def found(markets: int) -> float:
        # Kish's effective number of unequal markets stands for the degrees of freedom that sizes are not known for yet.
        freedom = max(2 * markets / (1 + cv**2) - 2, 1.0)
        return float((t.ppf(1 - alpha / 2, freedom) + t.ppf(power, freedom)) * np.sqrt((each[0] + each[1]) / markets))

    if found(most) > effect:
        return None
    low, high = 1, most  # found(low) is not enough, or not defined
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if found(middle) <= effect else (middle, high)
    return high
