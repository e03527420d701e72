"""Between seekers at the edge and record tables."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from api.schemas.fields import level_of, name_of_level, without_identifiers
from api.schemas.seekers import Experience, GroupMembership, HeldCredential, Identity, ProfileFields, Seeker
from data.columns import (
    SEEKER_CREDENTIALS,
    SEEKER_EXPERIENCE,
    SEEKER_GROUPS,
    SEEKER_IDENTITIES,
    SEEKERS,
    Records,
    Table,
)
from data.plain_rows import plain_rows as plain_rows
from data.records import RecordStatus, SeekerGroup
from models.occupation_coder import code_titles

if TYPE_CHECKING:
    from models.occupation_coder import OccupationCoder

_PLAIN = (
    "desired_title", "desired_occupation_code", "birth_date", "major", "experience_years", "wage_min_cny_month",
    "accepts_night_work", "accepts_shift_work", "needs_board", "needs_lodging", "will_relocate", "district_code",
    "longitude", "latitude", "commute_limit_km",
)  # fmt: skip
"""Fields that have the same name and value in a request and in a record."""
_SHOWN = ("seeker_id", "credentials_complete", "registered_on", "valid_through", "closed_on", "source", "is_synthetic")


def seeker_records(
    fields: ProfileFields,
    *,
    seeker_id: str,
    profile_text: str,
    registered_on: date,
    valid_through: date,
    coder: OccupationCoder,
    read: Records | None = None,
) -> Records:
    """Records of one seeker: what was given, and below it what was `read` from his text (one seeker's records).

    A title without a code is coded; one that the coder does not know stays without.
    """
    row: dict[str, Any] = dict.fromkeys(SEEKERS.columns)
    if read is not None:
        row |= {str(name): value for name, value in read.seekers.iloc[0].items()}
    row |= {name: value for name in _PLAIN if (value := getattr(fields, name)) is not None}
    if fields.education_level is not None:
        row["education_level"] = level_of(fields.education_level)
    if fields.skills:
        row["skills"] = "、".join(fields.skills)
    if fields.desired_title is not None and fields.desired_occupation_code is None:
        row["desired_occupation_code"] = _codes(coder, [fields.desired_title])[0]
    row |= {
        "seeker_id": seeker_id,
        "profile_text": profile_text,
        "credentials_complete": fields.credentials_complete,
        "registered_on": registered_on,
        "valid_through": valid_through,
        "status": RecordStatus.OPEN,
        "source": "api",
        "is_synthetic": False,
    }
    experience = [
        {"title": held.title, "occupation_code": held.occupation_code, "years": held.years}
        for held in fields.experience
    ]
    for held, code in zip(experience, _codes(coder, [str(held["title"]) for held in experience]), strict=True):
        held["occupation_code"] = held["occupation_code"] or code
    return Records.of(
        seekers=SEEKERS.check(pd.DataFrame([row])),
        seeker_experience=_table(SEEKER_EXPERIENCE, experience, seeker_id, read.seeker_experience if read else None),
        seeker_credentials=_credentials(fields.credentials, seeker_id, read),
        seeker_groups=_table(
            SEEKER_GROUPS,
            [{"group_code": g.group, "valid_from": g.valid_from, "valid_until": g.valid_until} for g in fields.groups],
            seeker_id,
            read.seeker_groups if read else None,
        ),
    )


def identity_table(seeker_id: str, identity: Identity) -> pd.DataFrame:
    """`SEEKER_IDENTITIES` with one row."""
    return SEEKER_IDENTITIES.check(
        pd.DataFrame(
            [
                {
                    "seeker_id": seeker_id,
                    **{
                        name: value.get_secret_value() if (value := getattr(identity, name)) else None
                        for name in ("name", "identity_number", "phone")
                    },
                }
            ]
        )
    )


def seekers_from_records(records: Records) -> list[Seeker]:
    """The seekers of `records` as they are shown, in their order."""
    children = {
        name: dict(list(getattr(records, name).groupby("seeker_id", sort=False)))
        for name in ("seeker_experience", "seeker_credentials", "seeker_groups")
    }

    def of(table: str, seeker_id: str) -> list[dict[str, Any]]:
        rows = children[table].get(seeker_id)
        return [] if rows is None else plain_rows(rows)

    # What is stored was checked when it came in; it is shown as it is, not judged again by the rules for requests.
    return [
        Seeker.model_construct(
            **{name: row[name] for name in (*_PLAIN, *_SHOWN)},
            profile_text=without_identifiers(row["profile_text"]),
            education_level=cast(Any, name_of_level(row["education_level"])),
            skills=[skill for skill in (row["skills"] or "").split("、") if skill],
            experience=[
                Experience.model_construct(title=e["title"], years=e["years"], occupation_code=e["occupation_code"])
                for e in of("seeker_experience", row["seeker_id"])
            ],
            credentials=[
                HeldCredential.model_construct(
                    code=c["credential_code"], obtained_on=c["obtained_on"], expires_on=c["expires_on"]
                )
                for c in of("seeker_credentials", row["seeker_id"])
            ],
            groups=[
                GroupMembership.model_construct(
                    group=SeekerGroup(g["group_code"]), valid_from=g["valid_from"], valid_until=g["valid_until"]
                )
                for g in of("seeker_groups", row["seeker_id"])
            ],
            status=RecordStatus(row["status"]),
        )
        for row in plain_rows(records.seekers)
    ]


def _credentials(given: list[HeldCredential], seeker_id: str, read: Records | None) -> pd.DataFrame:
    rows = {held.code: {"obtained_on": held.obtained_on, "expires_on": held.expires_on} for held in given}
    if read is not None:
        for held in plain_rows(read.seeker_credentials):
            rows.setdefault(
                held["credential_code"], {"obtained_on": held["obtained_on"], "expires_on": held["expires_on"]}
            )
    return _table(SEEKER_CREDENTIALS, [{"credential_code": code, **row} for code, row in rows.items()], seeker_id, None)


def _table(layout: Table, rows: list[dict[str, Any]], seeker_id: str, read: pd.DataFrame | None) -> pd.DataFrame:
    if not rows:
        return layout.empty() if read is None else layout.check(read.assign(seeker_id=seeker_id))
    return layout.check(pd.DataFrame([{"seeker_id": seeker_id, **row} for row in rows]))


def _codes(coder: OccupationCoder, titles: list[str]) -> list[str | None]:
    if not titles:
        return []
    return [None if pd.isna(code) else str(code) for code in code_titles(coder, titles)["occupation_code"]]
