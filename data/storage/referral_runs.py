"""Which published run listed a pair that was referred."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, text

from data.records import RunStatus
from data.storage.bulk import copy_frame

_VISIBLE = ", ".join(f"'{status}'" for status in (RunStatus.PUBLISHED, RunStatus.SUPERSEDED))


def listing_runs(connection: Connection, referrals: pd.DataFrame) -> pd.DataFrame:
    """The newest run that listed each pair, of those whose day is not after `referred_on`.

    Of runs whose lists are gone, the first that referred the pair is still known.

    The propensity is the run's only where its allocation chose the pair: whom a person picked from a list was not
    shown with that probability (docs/decisions/0017).

    Parameters
    ----------
    referrals
        `referral_id`, `seeker_id`, `vacancy_id`, `referred_on`; the identifiers distinct.

    Returns
    -------
    `run_id`, `position` and `propensity` indexed by `referral_id`, without the pairs that no run kept lists.
    """
    names = ["run_id", "position", "propensity"]
    if not len(referrals):
        return pd.DataFrame(columns=names, index=pd.Index([], name="referral_id"))
    connection.execute(
        text(
            "CREATE TEMPORARY TABLE referrals_to_link ON COMMIT DROP AS "
            "SELECT referral_id, seeker_id, vacancy_id, referred_on FROM referrals LIMIT 0"
        )
    )
    copy_frame(connection, "referrals_to_link", referrals[["referral_id", "seeker_id", "vacancy_id", "referred_on"]])
    connection.execute(text("ANALYZE referrals_to_link"))
    found = connection.execute(
        text(
            "WITH listed AS ("
            "SELECT seeker_id, vacancy_id, run_id, position, CASE WHEN is_referral THEN propensity END AS propensity "
            "FROM matches UNION ALL "
            "SELECT seeker_id, vacancy_id, run_id, position, propensity FROM past_referrals) "
            "SELECT DISTINCT ON (l.referral_id) l.referral_id, m.run_id, m.position, m.propensity "
            "FROM referrals_to_link l "
            "JOIN listed m ON m.seeker_id = l.seeker_id AND m.vacancy_id = l.vacancy_id "
            f"JOIN match_runs r ON r.run_id = m.run_id AND r.as_of <= l.referred_on AND r.status IN ({_VISIBLE}) "
            "ORDER BY l.referral_id, r.as_of DESC, r.started_at DESC"
        )
    ).all()
    connection.execute(text("DROP TABLE referrals_to_link"))
    table = pd.DataFrame([tuple(row) for row in found], columns=["referral_id", *names])
    return table.set_index("referral_id")
