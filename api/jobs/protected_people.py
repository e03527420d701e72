"""Reads whom fairness is measured for: groups, age and district of the frozen market, sex from identity numbers.

Used by measuring jobs only. What it returns lives in memory, and no score or feature is made from it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from api.bootstrap import Services
from data.market import Market
from data.reference.districts import load_districts
from data.storage.identity_repository import read_sexes
from evaluation.fairness.people import people


def known_sexes(services: Services) -> pd.Series[int]:
    """Code of the sex by seeker_id, of everybody whose identity number tells it."""
    with services.engine.connect() as connection:
        return read_sexes(connection, services.personal_data_key)


def people_of_market(services: Services, market: Market) -> pd.DataFrame:
    """`evaluation.fairness.people.PEOPLE`, in the order of the market's seekers, as they stand on its day."""
    codes = np.array([*load_districts()["code"], None], dtype=object)
    return people(
        market.seekers["seeker_id"],
        group_mask=market.seekers["group_mask"].to_numpy(),
        age_years=market.seekers["age_years"].to_numpy(),
        district_code=codes[market.seekers["district"].to_numpy()],
        sexes=known_sexes(services),
    )
