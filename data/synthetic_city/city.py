"""The demonstration city: everything in it is synthetic and drawn from one seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.columns import SEEKER_IDENTITIES, Records
from data.synthetic_city.courses import make_courses
from data.synthetic_city.employers_and_vacancies import make_vacancies
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
    rng = [np.random.default_rng(s) for s in np.random.SeedSequence(settings.seed).spawn(4)]
    has_past = settings.history_months > 0
    people, true_seekers = make_seekers(rng[0], settings, settings.seekers * 3 // 5 if has_past else 0)
    posts, true_vacancies = make_vacancies(rng[1], settings, settings.vacancies * 5 // 2 if has_past else 0)
    truth = CityTruth(true_seekers, true_vacancies)
    history = make_history(rng[3], settings, people["seekers"], posts["vacancies"], truth) if has_past else {}
    courses = make_courses(rng[2], settings)
    orders = make_orders(
        settings, people["seekers"], posts["vacancies"], posts["vacancy_credentials"], courses["courses"],
        courses["course_runs"],
    )  # fmt: skip
    records = Records.of(**people, **posts, **courses, **history, **orders)
    return City(records, identities_of(records.seekers), truth)


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
