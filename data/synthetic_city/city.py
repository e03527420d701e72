"""The demonstration city: everything in it is synthetic and drawn from one seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.columns import SEEKER_IDENTITIES, Records
from data.synthetic_city.courses import make_courses
from data.synthetic_city.employers_and_vacancies import make_more_of_the_past, make_vacancies
from data.synthetic_city.hiring_truth import CityTruth
from data.synthetic_city.history import make_history
from data.synthetic_city.orders import make_orders
from data.synthetic_city.people import make_seekers
from data.synthetic_city.settings import CitySettings


@dataclass(frozen=True)
class City:
    """Records as an agency would hold them, identities apart, and the truth that only evaluation may see."""

    records: Records
    identities: pd.DataFrame
    truth: CityTruth


def build_city(settings: CitySettings) -> City:
    """Build the city of these settings: same settings, identical tables."""
    rng = [np.random.default_rng(s) for s in np.random.SeedSequence(settings.seed).spawn(5)]
    has_past = settings.history_months > 0
    people, true_seekers = make_seekers(rng[0], settings, settings.seekers * 3 // 5 if has_past else 0)
    past = settings.vacancies * 5 // 2 if has_past else 0
    posts, true_vacancies = make_vacancies(rng[1], settings, past)
    truth = CityTruth(true_seekers, true_vacancies)
    history = make_history(rng[3], settings, people["seekers"], posts["vacancies"], truth) if has_past else {}
    courses = make_courses(rng[2], settings)
    orders = make_orders(
        settings, people["seekers"], posts["vacancies"], posts["vacancy_credentials"], courses["courses"],
        courses["course_runs"],
    )  # fmt: skip
    if has_past:  # a register of its own time would hold them; nobody was referred to them
        posts, truth = with_more_of_the_past(rng[4], settings, posts, truth, past)
    records = Records.of(**people, **posts, **courses, **history, **orders)
    return City(records, identities_of(records.seekers), truth)


def with_more_of_the_past(
    rng: np.random.Generator, settings: CitySettings, posts: dict[str, pd.DataFrame], truth: CityTruth, past: int
) -> tuple[dict[str, pd.DataFrame], CityTruth]:
    """Posts and truth with further closed posts after them, see `make_more_of_the_past`; no row there is changed."""
    more, facts = make_more_of_the_past(rng, settings, posts["employers"], past=past, first=len(posts["vacancies"]) + 1)
    joined = {name: pd.concat([posts[name], table], ignore_index=True) for name, table in more.items()}
    vacancies = pd.concat([truth.vacancies, facts], ignore_index=True)
    return {**posts, **joined}, CityTruth(truth.seekers, vacancies)


def identities_of(seekers: pd.DataFrame) -> pd.DataFrame:
    """Identities of invented people: they have none."""
    return SEEKER_IDENTITIES.check(
        pd.DataFrame(
            {
                "seeker_id": seekers["seeker_id"],
                "name": "（虚构）求职者",
                "identity_number": pd.NA,
                "phone": pd.NA,
            }
        )
    )
