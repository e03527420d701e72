"""What enrolments say of the seekers of a market: when they are free, and whose courses were subsidised this year."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from data.market import Market
from data.records import Answer
from data.storage.class_places import people_in_training
from training_recs.course_conditions import TraineeFacts

_FEW = 1000
"""People asked for by name; of more everybody in training is read, who are few beside a city."""


def trainee_facts(connection: Connection, market: Market) -> TraineeFacts:
    """Row for row with the market's seekers, on its day; of whoever is in no record nothing is known."""
    seekers = market.seekers["seeker_id"]
    named = seekers.tolist() if len(seekers) <= _FEW else None
    found = people_in_training(connection, market.as_of, named).reindex(seekers)
    days = (found["in_class_until"] - pd.Timestamp(market.as_of)).dt.days + 1
    return TraineeFacts(
        np.asarray(days.fillna(0), dtype=np.int32),
        np.full(len(seekers), Answer.UNKNOWN, np.int8),
        np.asarray(found["subsidised_this_year"].fillna(0), dtype=np.int32),
    )
