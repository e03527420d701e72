"""Matches one person for the command line, with the functions that answer the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

import numpy as np
import pandas as pd

from api.bootstrap import Services
from api.embedded_market import EmbeddedMarket
from api.live_answers import answer_seeker, openings, registered, unregistered
from api.live_market import LiveMarket
from api.live_state import LiveState
from api.schemas.corrections import FieldCorrection, ReadName
from data.errors import DataError, NotFoundError
from data.market import Market, market_from_records
from matching.broadening import Broadened
from matching.counterfactuals import Counterfactual
from matching.explanations import Explanation, explain_pairs
from models.profile_correction import Correction, corrected
from models.profile_reader import ProfileReading, read_profile


@dataclass(frozen=True)
class PersonMatches:
    """A list for one person: `matches` (laid out as `matching.match_seekers.MATCHES`) and why, row for row.

    `calibrated`: both sides of the ranker learnt from outcomes; else scores order the list and are no probabilities.
    """

    market: Market
    matches: pd.DataFrame
    explanations: list[Explanation]
    reading: ProfileReading | None
    by_price: bool
    calibrated: bool
    neighbouring: Broadened | None
    openings: list[Counterfactual]


def match_person(
    services: Services,
    *,
    seeker: str | None,
    profile: str | None,
    limit: int,
    today: date,
    corrections: Sequence[str] = (),
) -> PersonMatches:
    """Match a registered seeker, or a profile in a person's own words (which is not stored).

    `corrections` are FIELD=VALUE, applied to what was read from the profile; an empty value: the text does not say so.

    Raises
    ------
    NotFoundError
        There is no such active seeker.
    DataError
        A correction names no field, or its value does not fit.
    """
    live = LiveMarket(services, lambda: today)
    state = live.current()
    person, reading = find_person(services, live, state, seeker, profile, today, corrections)
    answer = answer_seeker(state, person, services, limit=limit)
    matches = answer.listed
    explanations = explain_pairs(
        answer.market,
        matches["seeker"].to_numpy(np.int32),
        matches["vacancy"].to_numpy(np.int32),
        matches["similarity"].to_numpy(np.float32),
    )
    return PersonMatches(
        answer.market,
        matches,
        explanations,
        reading,
        by_price=state.run_prices is not None,
        calibrated=services.ranker.calibrated,
        neighbouring=answer.near,
        openings=openings(state, person, candidates=services.settings.candidates)[1],
    )


def find_person(
    services: Services, live: LiveMarket, state: LiveState, seeker: str | None, profile: str | None, today: date,
    corrections: Sequence[str] = (),
) -> tuple[EmbeddedMarket, ProfileReading | None]:  # fmt: skip
    """The registered seeker, or the one that a profile describes, with what was read from it; raises as above."""
    if profile is not None:
        given = [correction_of(told) for told in corrections]
        reading = corrected(read_profile(profile, services.coder), given, services.coder)
        described = market_from_records(reading.records("profile", today), today)
        return unregistered(state, described, live.embed_seekers(described)), reading
    found = registered(state, seeker) if seeker else None
    if found is None:
        raise NotFoundError(f"没有在册的求职者 / no active seeker {seeker}", remedy="see: zhuye status, /v1/seekers")
    return found, None


def correction_of(told: str) -> Correction:
    """The correction that FIELD=VALUE states."""
    name, equals, value = told.partition("=")
    try:
        if not equals:
            raise ValueError("no = in it")
        return FieldCorrection.model_validate({"field": name.strip(), "value": value.strip() or None}).as_correction()
    except ValueError as error:  # pydantic's errors are of this kind
        fields = ", ".join(get_args(ReadName))
        raise DataError(f"--set {told}: {error}", remedy=f"FIELD=VALUE; fields: {fields}") from error
