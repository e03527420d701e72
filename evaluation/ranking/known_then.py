"""The records as an office knew them on a past day: what came later is taken out, so that nothing learns from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from data.columns import Records


def known_on(records: Records, day: date) -> Records:
    """`records` without what is dated after `day`.

    People and posts registered or published later, credentials obtained and groups joined later, referrals and events
    that happened later are gone. Facts without a date, such as jobs held and schooling, are those on record today: a
    ledger that changes them after the fact tells more than was known.
    """
    last = pd.Timestamp(day)
    seekers = records.seekers[records.seekers["registered_on"] <= last]
    vacancies = records.vacancies[records.vacancies["published_on"] <= last]
    referrals = records.referrals[records.referrals["referred_on"] <= last]
    events = records.referral_events[records.referral_events["occurred_on"] <= last]

    def of_known(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["seeker_id"].isin(seekers["seeker_id"])]

    credentials, groups = of_known(records.seeker_credentials), of_known(records.seeker_groups)
    obtained = credentials["obtained_on"].isna() | (credentials["obtained_on"] <= last)
    return replace(
        records,
        seekers=seekers.reset_index(drop=True),
        vacancies=vacancies.reset_index(drop=True),
        vacancy_credentials=records.vacancy_credentials[
            records.vacancy_credentials["vacancy_id"].isin(vacancies["vacancy_id"])
        ].reset_index(drop=True),
        seeker_experience=of_known(records.seeker_experience).reset_index(drop=True),
        seeker_credentials=credentials[obtained].reset_index(drop=True),
        seeker_groups=groups[groups["valid_from"] <= last].reset_index(drop=True),
        referrals=referrals.reset_index(drop=True),
        referral_events=events[events["referral_id"].isin(referrals["referral_id"])].reset_index(drop=True),
    )
