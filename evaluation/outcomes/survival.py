"""Time to an event under right censoring: Kaplan–Meier, and Aalen–Johansen where events compete.

One function serves both: with one cause the incidence is one minus Kaplan–Meier. Days are whole, so many events
share a day; lifelines breaks such ties by random jitter and statsmodels divides by zero where the last people at
risk all have the event. Both agree with this module where they are exact, and the tests hold it to them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from evaluation.intervals import wilson

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class IncidenceCurve:
    """Estimate of P(T ≤ t, cause = k), a step function.

    Attributes
    ----------
    days
        int64 (t,): distinct days on which someone's wait ended, ascending.
    at_risk
        int64 (t,): people still waiting just before.
    events
        int64 (causes, t): waits that each cause ended; row 0 is cause 1.
    incidence, standard_error
        float64 (causes, t).
    """

    days: npt.NDArray[np.int64]
    at_risk: npt.NDArray[np.int64]
    events: npt.NDArray[np.int64]
    incidence: Floats
    standard_error: Floats

    @property
    def survival(self) -> Floats:
        """float64 (t,): share for whom no cause has come, 1 − Σ incidence."""
        return np.asarray(1.0 - self.incidence.sum(axis=0))


@dataclass(frozen=True)
class Estimate:
    """A number with its interval, and the events that it rests on."""

    value: float
    low: float
    high: float
    events: int


def cumulative_incidence(
    days: npt.NDArray[np.integer], cause: npt.NDArray[np.integer], *, causes: int
) -> IncidenceCurve:
    """The Aalen–Johansen estimator (1978) with exact ties, and its standard error by the delta method.

    I_k(t) = Σ S(t_j−) d_kj / n_j. Variance: Marubini & Valsecchi 1995, eq. 10.12 (that of Dinse & Larson 1986);
    with one cause it is Greenwood's.

    Parameters
    ----------
    days
        (people,): whole days to the event or to the end of observation, ≥ 0. Who is censored on a day was at risk
        on that day.
    cause
        (people,): 0 censored, 1 … `causes`.
    """
    when, place = np.unique(np.asarray(days, dtype=np.int64), return_inverse=True)
    shape = (causes + 1, len(when))
    group = np.asarray(cause, dtype=np.int64) * len(when) + place
    counted = np.bincount(group, minlength=shape[0] * shape[1]).reshape(shape)
    at_risk = counted.sum(axis=0)[::-1].cumsum()[::-1].astype(np.int64)
    events = counted[1:].astype(np.int64)
    ended = events.sum(axis=0)
    survival = np.cumprod(1.0 - ended / at_risk) if len(when) else np.empty(0)
    before = np.concatenate([[1.0], survival[:-1]])[: len(when)]
    incidence = np.minimum(np.cumsum(before * events / at_risk, axis=1), 1.0)
    # Where all at risk have the event nothing follows: its factor I(t) − I(t_j) is zero.
    remaining = at_risk - ended
    greenwood = np.divide(ended, at_risk * remaining, out=np.zeros(len(when)), where=remaining > 0)
    own = before**2 * events * (at_risk - events) / at_risk.astype(np.float64) ** 3
    mixed = before * events / at_risk.astype(np.float64) ** 2
    variance = (
        incidence**2 * greenwood.cumsum()
        - 2 * incidence * (incidence * greenwood).cumsum(axis=1)
        + (incidence**2 * greenwood).cumsum(axis=1)
        + own.cumsum(axis=1)
        - 2 * (incidence * mixed.cumsum(axis=1) - (incidence * mixed).cumsum(axis=1))
    )
    return IncidenceCurve(when, at_risk, events, incidence, np.sqrt(np.maximum(variance, 0.0)))


def incidence_at(curve: IncidenceCurve, horizon_days: int, *, cause: int = 1, level: float = 0.95) -> Estimate:
    """Incidence of `cause` by `horizon_days`, included, with a complementary log-log interval within [0, 1].

    The interval is that of Kalbfleisch & Prentice (1980) for Kaplan–Meier. At 0 and 1, where it has no width, it is
    Wilson's. Valid only as far as people were observed: the caller decides (see `outcomes`).
    """
    last = int(np.searchsorted(curve.days, horizon_days, side="right")) - 1
    people = int(curve.at_risk[0]) if len(curve.at_risk) else 0
    if last < 0:
        low, high = wilson(np.array([0]), np.array([people]), level=level)
        return Estimate(0.0, float(low[0]), float(high[0]), 0)
    value, error = float(curve.incidence[cause - 1, last]), float(curve.standard_error[cause - 1, last])
    count = int(curve.events[cause - 1, : last + 1].sum())
    if error <= 0 or not 0 < value < 1:
        low, high = wilson(np.array([round(value * people)]), np.array([people]), level=level)
        return Estimate(value, float(low[0]), float(high[0]), count)
    low_at, high_at = _bounds(np.array([value]), np.array([error]), level)
    return Estimate(value, float(low_at[0]), float(high_at[0]), count)


def days_until(curve: IncidenceCurve, share: float, *, cause: int = 1, level: float = 0.95) -> Estimate:
    """First day by which `share` of the people had the event; NaN where the curve does not reach it.

    Interval by inversion of the pointwise intervals (Brookmeyer & Crowley 1982); an end that is not reached is NaN.
    """
    value, error = curve.incidence[cause - 1], curve.standard_error[cause - 1]
    low, high = _bounds(value, error, level)
    return Estimate(
        _first_reached(curve.days, value, share),
        _first_reached(curve.days, high, share),
        _first_reached(curve.days, low, share),
        int(curve.events[cause - 1].sum()),
    )


def _bounds(value: Floats, error: Floats, level: float) -> tuple[Floats, Floats]:
    inside = (value > 0) & (value < 1) & (error > 0)
    survival = np.where(inside, 1 - value, 0.5)
    # Beyond e^±700 the ends are 0 and 1 anyway, and exp would overflow.
    width = np.clip(ndtri(0.5 + level / 2) * error / (survival * np.log(survival)), -700, 700)
    return (
        np.where(inside, 1 - survival ** np.exp(width), value),
        np.where(inside, 1 - survival ** np.exp(-width), value),
    )


def _first_reached(days: npt.NDArray[np.int64], value: Floats, share: float) -> float:
    # Sums of shares that make exactly one half must reach one half.
    reached = np.flatnonzero(value >= share - 1e-12)
    return float(days[reached[0]]) if reached.size else float("nan")
