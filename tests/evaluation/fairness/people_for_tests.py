"""People of whom groups, sex, age and district are drawn, for tests of fairness."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evaluation.fairness.people import PEOPLE

DISTRICTS = ("220102", "220103", "220104")


def drawn_people(count: int, *, seed: int = 1) -> pd.DataFrame:
    """`PEOPLE`: a third rural, a tenth hardship, half women; some of unknown age."""
    rng = np.random.default_rng(seed)
    mask = (rng.random(count) < 0.33).astype(np.uint16) << 1 | (rng.random(count) < 0.1).astype(np.uint16) << 2
    age = rng.uniform(17, 64, count)
    return PEOPLE.check(
        pd.DataFrame(
            {
                "seeker_id": [f"S-{n:06}" for n in range(count)],
                "group_mask": mask.astype(np.uint16),
                "sex": rng.integers(1, 3, count),
                "age_years": np.where(rng.random(count) < 0.05, np.nan, age),
                "district_code": rng.choice(DISTRICTS, count),
            }
        )
    )


def is_rural(people: pd.DataFrame) -> np.ndarray:
    """Who is rural transferred labour."""
    return (people["group_mask"].to_numpy() & 2) > 0
