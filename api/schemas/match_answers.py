"""From rows of a match table to what a caller is shown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from api.schemas.fields import name_of_level
from api.schemas.matches import (
    CandidateMatch,
    FoundVacancy,
    NeighbourMatch,
    OpeningChange,
    Reason,
    SeekerBrief,
    VacancyBrief,
    VacancyMatch,
)
from data.market import Market
from data.reference.credentials import codes_of
from data.reference.districts import load_districts
from data.reference.occupations import load_occupations
from matching.broadening import Broadened
from matching.counterfactuals import Counterfactual
from matching.explanations import Explanation, explain_pairs

_SHOWN_OF_OPENED = 5


def vacancy_matches(market: Market, listed: pd.DataFrame) -> list[VacancyMatch]:
    """A seeker's list as it is shown, with reasons."""
    vacancies = market.vacancies.iloc[listed["vacancy"]].to_dict("records")
    return [
        VacancyMatch(position=pair["position"], vacancy=vacancy_brief(vacancy), **_assessment(pair, why))
        for pair, vacancy, why in zip(listed.to_dict("records"), vacancies, _explanations(market, listed), strict=True)
    ]


def neighbour_matches(market: Market, found: Broadened | None) -> list[NeighbourMatch]:
    """Vacancies beyond the wish as they are shown."""
    if found is None:
        return []
    shown = vacancy_matches(market, found.matches)
    return [
        NeighbourMatch(**match.model_dump(), near_zh=near.zh, near_en=near.en)
        for match, near in zip(shown, found.neighbours, strict=True)
    ]


def opening_changes(market: Market, found: list[Counterfactual]) -> list[OpeningChange]:
    """Counterfactuals as they are shown, with the first vacancies of each."""
    return [
        OpeningChange(
            code=one.code,
            zh=one.zh,
            en=one.en,
            opened=len(one.opened),
            wanted=one.wanted,
            opened_in_all=one.opened_in_all,
            vacancies=[
                vacancy_brief(vacancy)
                for vacancy in market.vacancies.iloc[list(one.opened[:_SHOWN_OF_OPENED])].to_dict("records")
            ],
        )
        for one in found
    ]


def found_vacancies(market: Market, found: pd.DataFrame) -> list[FoundVacancy]:
    """What a search found as it is shown."""
    vacancies = market.vacancies.iloc[found["vacancy"]].to_dict("records")
    return [
        FoundVacancy(score=float(score), vacancy=vacancy_brief(vacancy))
        for score, vacancy in zip(found["score"], vacancies, strict=True)
    ]


def candidate_matches(market: Market, listed: pd.DataFrame) -> list[CandidateMatch]:
    """A vacancy's list as it is shown: no identifier of a person and none of his words."""
    seekers = market.seekers.iloc[listed["seeker"]].to_dict("records")
    return [
        CandidateMatch(position=pair["position"], seeker=_seeker_brief(seeker), **_assessment(pair, why))
        for pair, seeker, why in zip(listed.to_dict("records"), seekers, _explanations(market, listed), strict=True)
    ]


def _explanations(market: Market, listed: pd.DataFrame) -> list[Explanation]:
    return explain_pairs(
        market,
        listed["seeker"].to_numpy("int32"),
        listed["vacancy"].to_numpy("int32"),
        listed["similarity"].to_numpy("float32"),
    )


def _assessment(pair: dict[Any, Any], why: Explanation) -> dict[str, Any]:
    return {
        **{name: pair[name] for name in ("p_accept", "p_hire", "score", "price")},
        "eligible": pair["unknown"] == 0,
        **{
            name: [Reason(code=reason.code, zh=reason.zh, en=reason.en) for reason in getattr(why, name)]
            for name in ("reasons_for", "reasons_against", "missing", "questions")
        },
    }


def vacancy_brief(vacancy: dict[Any, Any]) -> VacancyBrief:
    """A vacancy (row of a MARKET_VACANCIES table) as a seeker sees it."""
    return VacancyBrief(
        **{name: vacancy[name] for name in ("vacancy_id", "title", "employer", "headcount", "is_synthetic")},
        occupation_code=_code(load_occupations(), vacancy["occupation"]),
        wage_min_cny_month=_number(vacancy["wage_min"]),
        wage_max_cny_month=_number(vacancy["wage_max"]),
        wage_negotiable=vacancy["wage_negotiable"],
        board_offered=_answer(vacancy["board_offered"]),
        lodging_offered=_answer(vacancy["lodging_offered"]),
        district_code=_code(load_districts(), vacancy["district"]),
        district=_code(load_districts(), vacancy["district"], "name_zh"),
    )


def _seeker_brief(seeker: dict[Any, Any]) -> SeekerBrief:
    return SeekerBrief(
        seeker_id=seeker["seeker_id"],
        desired_occupation_code=_code(load_occupations(), seeker["desired_occupation"]),
        education_level=name_of_level(seeker["education_level"]),
        experience_years=_number(seeker["experience_years"]),
        credentials=codes_of(seeker["credential_mask"]),
        district_code=_code(load_districts(), seeker["district"]),
        is_synthetic=seeker["is_synthetic"],
    )


def _code(table: pd.DataFrame, row: int, column: str = "code") -> str | None:
    return None if row < 0 else str(table[column].iloc[row])


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _answer(value: int) -> bool | None:
    return None if value < 0 else bool(value)
