"""Who would accept and who would be hired: the city's hidden truth. Matching never imports this."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.synthetic_city.trade_table import load_trade_table

IMPOSSIBLE = 0.004
LEAVING_A_MONTH = 0.07
"""Hazard per 30 days of leaving, after the trial period, a job that pays the floor, next door, in another trade."""
TRIAL_DAYS, TRIAL_FACTOR = 90, 2.0
"""In the first days of a job the hazard is that many times as high."""
Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[Any]


@dataclass(frozen=True)
class CityTruth:
    """True facts and unrecorded traits, row i that of records.seekers / records.vacancies row i (by identifier)."""

    seekers: pd.DataFrame
    vacancies: pd.DataFrame

    def rows_of(self, seeker_ids: Any, vacancy_ids: Any) -> tuple[Rows, Rows]:
        """Truth rows of these identifiers; −1 where unknown."""
        return (
            pd.Index(self.seekers["seeker_id"]).get_indexer(pd.Index(seeker_ids)),
            pd.Index(self.vacancies["vacancy_id"]).get_indexer(pd.Index(vacancy_ids)),
        )

    def p_accept(self, seeker_rows: Rows, vacancy_rows: Rows) -> Floats:
        """Probability, float64 (n,), that seeker i accepts a referral to vacancy i."""
        s, v = facts_of(self.seekers, seeker_rows), facts_of(self.vacancies, vacancy_rows)
        near, distance = closeness(s["trade"], v["trade"]), straight_line_km(s, v)
        lives_there = v["lodging"] & s["relocate"]
        way = np.where(lives_there, 0.0, distance / s["limit"] * s["aversion"])
        logit = (
            -0.2
            + 1.7 * near
            + 1.6 * np.clip(v["pay"] / s["floor"] - 1, -0.5, 1)
            - 1.1 * np.minimum(way, 4)
            + v["attractiveness"]
            + 0.5 * np.cos(s["taste"] - v["taste"])
            + 0.3 * (s["board"] & v["board"])
        )
        refused = (
            (v["pay_max"] < 0.9 * s["floor"])
            | (s["lodging"] & ~v["lodging"] & (distance > s["limit"]))
            | (v["night"] & ~s["night"])
            | (v["shift"] & ~s["shift"])
            | (~lives_there & (distance > 1.6 * s["limit"]))
        )
        return np.where(refused, IMPOSSIBLE, 1 / (1 + np.exp(-logit)))

    def p_hire(self, seeker_rows: Rows, vacancy_rows: Rows) -> Floats:
        """Probability, float64 (n,), that the employer of vacancy i hires seeker i, who has accepted."""
        s, v = facts_of(self.seekers, seeker_rows), facts_of(self.vacancies, vacancy_rows)
        held = np.where(s["held_trade"] >= 0, closeness(np.maximum(s["held_trade"], 0), v["trade"]), 0)
        logit = (
            -1.9
            + 2.0 * held * np.minimum(s["trade_years"], 5) / 5
            + 0.5 * closeness(s["trade"], v["trade"])
            + 0.25 * np.clip(s["level"] - v["education"], -2, 2)
            + 0.8 * s["ability"]
            - v["strictness"]
            + 0.15 * np.log(v["headcount"])
        )
        barred = (
            (s["level"] < v["education"])
            | (s["years"] < v["years"])
            | (s["age"] < v["minimum_age"])
            | ((v["credentials"] & ~s["credentials"]) != 0)
        )
        return np.where(barred, IMPOSSIBLE, 1 / (1 + np.exp(-logit)))

    def p_complete(self, seeker_rows: Rows, usual: Floats) -> Floats:
        """Probability, float64 (n,), that seeker i completes a course that people complete with probability usual[i].

        The able complete more often; how much more is a judgement.
        """
        ability = facts_of(self.seekers, seeker_rows)["ability"]
        return np.asarray(1 / (1 + np.exp(-np.log(usual / (1 - usual)) - 0.5 * ability)))

    def with_credentials(self, gained: Rows) -> CityTruth:
        """The truth after training: `gained`, uint64 (seekers,), are credential masks, implied ones included.

        A certificate is all that a course of the city gives: what else it may teach gets nobody hired here.
        """
        held = self.seekers["credentials"].to_numpy().astype(np.uint64) | gained
        return CityTruth(self.seekers.assign(credentials=held), self.vacancies)

    def leaving_hazard(self, seeker_rows: Rows, vacancy_rows: Rows) -> Floats:
        """Hazard per 30 days, float64 (n,) > 0, with which seeker i leaves the job at vacancy i after the trial period.

        A job ends the sooner the worse it fits (Jovanovic 1979, "Job matching and the theory of turnover"): pay that
        hardly exceeds the floor, a long way, a trade that is not the one wanted. The coefficients are judgements: at
        candidates that were hired about three in four are still there after half a year.
        """
        s, v = facts_of(self.seekers, seeker_rows), facts_of(self.vacancies, vacancy_rows)
        way = np.where(v["lodging"] & s["relocate"], 0.0, straight_line_km(s, v) / s["limit"] * s["aversion"])
        return np.asarray(
            LEAVING_A_MONTH
            * np.exp(
                -0.9 * np.clip(v["pay"] / s["floor"] - 1, -0.5, 1)
                + 0.25 * np.minimum(way, 4)
                - 0.8 * closeness(s["trade"], v["trade"])
            )
        )


def tenure_days(hazard_a_month: Floats, luck: Floats) -> npt.NDArray[np.int64]:
    """Whole days, ≥ 1, from start to leaving, for luck drawn evenly from [0, 1): the inverse of the survival function.

    The hazard is `TRIAL_FACTOR` times `hazard_a_month` for `TRIAL_DAYS` and that afterwards: that jobs end most often
    soon after they begin is the best known fact of job durations (Farber 1999, Handbook of Labor Economics 3B, ch. 37).
    """
    days = -np.log1p(-luck) / hazard_a_month * 30
    days = np.where(days <= TRIAL_FACTOR * TRIAL_DAYS, days / TRIAL_FACTOR, days - (TRIAL_FACTOR - 1) * TRIAL_DAYS)
    return np.maximum(1, np.minimum(days, 1e6)).astype(np.int64)


def save_truth(truth: CityTruth, folder: Path) -> None:
    """Write the truth as two Parquet files, apart from the records."""
    folder.mkdir(parents=True, exist_ok=True)
    truth.seekers.to_parquet(folder / "true_seekers.parquet")
    truth.vacancies.to_parquet(folder / "true_vacancies.parquet")


def load_truth(folder: Path) -> CityTruth:
    """Read what `save_truth` wrote."""
    return CityTruth(
        pd.read_parquet(folder / "true_seekers.parquet"), pd.read_parquet(folder / "true_vacancies.parquet")
    )


def facts_of(table: pd.DataFrame, rows: Rows) -> dict[str, Any]:
    """Column arrays of these rows, without the identifier."""
    return {str(name): table[name].to_numpy()[rows] for name in table.columns if not str(name).endswith("_id")}


def closeness(one: Rows, other: Rows) -> Floats:
    """0 for different major groups, 0.1 same major, 0.4 sub-major, 0.7 minor group, 1 the same occupation."""
    same = load_trade_table().levels[one] == load_trade_table().levels[other]
    return np.asarray(same @ np.array([0.1, 0.3, 0.3, 0.3]))


def straight_line_km(s: dict[str, Any], v: dict[str, Any]) -> Floats:
    """Straight-line km between home and work, on a plane: exact enough within one city."""
    north = (s["latitude"] - v["latitude"]) * 111.2
    east = (s["longitude"] - v["longitude"]) * 111.2 * np.cos(np.radians(v["latitude"]))
    return np.asarray(np.hypot(north, east))
