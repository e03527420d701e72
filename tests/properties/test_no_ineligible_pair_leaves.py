"""In random cities no pair that breaks a hard rule leaves, by any door: the rules restated here in plain Python."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from data.market import Market, market_from_records
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from matching.broadening import broaden
from matching.match_seekers import MatchSettings, match_seekers
from models.pair_features import distance_km
from models.ranker import prior_ranker


def breaks_a_rule(s: dict[str, Any], v: dict[str, Any]) -> str | None:
    """Name of a rule that the pair surely breaks, from the tables' own words; None if no rule does."""
    if not math.isnan(s["age_years"]) and s["age_years"] < v["minimum_age_years"]:
        return "age"
    if v["education_min"] > 1 and 0 <= s["education_level"] < v["education_min"]:
        return "education"
    if s["experience_years"] < v["experience_min_years"]:  # false where either is unknown
        return "experience"
    if s["credentials_complete"] and int(v["credential_mask"]) & ~int(s["credential_mask"]):
        return "credentials"
    if v["wage_max"] < s["wage_min"] and not v["wage_negotiable"]:
        return "wage"
    for accepts, works in (("accepts_night_work", "night_work"), ("accepts_shift_work", "shift_work")):
        if s[accepts] == 0 and v[works] == 1:
            return works
    for needs, offered in (("needs_board", "board_offered"), ("needs_lodging", "lodging_offered")):
        if s[needs] == 1 and v[offered] == 0:
            return needs
    km = float(distance_km(*(np.array([side[axis]]) for side in (s, v) for axis in ("longitude", "latitude")))[0])
    doubt = math.hypot(s["place_radius_km"], v["place_radius_km"])
    if km > s["commute_limit_km"] + doubt + 1e-6 and (s["will_relocate"] == 0 or v["lodging_offered"] == 0):
        return "commute"
    return None


def pairs_of(listed: Any, market: Market) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    seekers, vacancies = market.seekers.to_dict("records"), market.vacancies.to_dict("records")
    return [(seekers[s], vacancies[v]) for s, v in zip(listed["seeker"], listed["vacancy"], strict=True)]


@pytest.mark.parametrize("seed", [3, 17, 40])
def test_no_door_lets_one_out(seed: int) -> None:
    city = build_city(CitySettings(seed=seed, seekers=250, vacancies=120, courses=3))
    market = market_from_records(city.records, CitySettings().as_of)
    rng = np.random.default_rng(seed)
    vectors = [rng.normal(size=(len(table), 8)).astype(np.float32) for table in (market.seekers, market.vacancies)]
    a, b = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in vectors)
    listed = match_seekers(market, a, b, prior_ranker(), MatchSettings(20, 10))
    assert len(listed) > len(market.seekers)
    assert [why for pair in pairs_of(listed, market) if (why := breaks_a_rule(*pair))] == []
    # The same restatement does find broken rules where none were asked for.
    every = [(s, v) for s in market.seekers.head(20).to_dict("records") for v in market.vacancies.to_dict("records")]
    assert {breaks_a_rule(*pair) for pair in every} >= {"education", "wage", "commute", "credentials"}
    tasks = rng.normal(size=(1632, 8)).astype(np.float32)
    tasks /= np.linalg.norm(tasks, axis=1, keepdims=True)
    offered = 0
    for row in range(40):
        alone = Market(
            market.as_of, market.seekers.iloc[[row]].reset_index(drop=True),
            market.experience[market.experience["seeker"] == row].assign(seeker=np.int32(0)), market.vacancies,
            market.courses,
        )  # fmt: skip
        mine = match_seekers(alone, a[[row]], b, prior_ranker(), MatchSettings(5, 5))
        found = broaden(market, alone, mine, a[[row]], b, tasks, prior_ranker(), enough=5, limit=10)
        if found is not None:
            offered += len(found.matches)
            assert [why for pair in pairs_of(found.matches, alone) if (why := breaks_a_rule(*pair))] == []
    assert offered > 0
