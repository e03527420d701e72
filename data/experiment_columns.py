"""Layouts of what is kept of an experiment: who entered it, in which arm, and on which nights it was obeyed."""

from __future__ import annotations

from data.columns import DATE, TEXT, Column, Table

EXPERIMENT_MEMBERS = Table(
    "experiment_members",
    {
        "experiment": Column(TEXT, "name of the experiment"),
        "seeker_id": Column(TEXT, "seekers.seeker_id"),
        "market": Column(TEXT, "market of the design that the person entered in; it stays"),
        "saturation": Column(TEXT, "share of the market to be treated, such as 1/2"),
        "treated": Column("bool", "in the treatment arm; it stays"),
        "assigned_on": Column(DATE, "day of the first run that the person was in"),
        "group_mask": Column("Int32", "groups on that day; bit = order in SeekerGroup", low=0),
        "run_id": Column(TEXT, "that run"),
    },
)

EXPERIMENT_NIGHTS = Table(
    "experiment_nights",
    {
        "experiment": Column(TEXT, "name of the experiment"),
        "run_id": Column(TEXT, "run that obeyed the design"),
        "as_of": Column(DATE, "its day"),
        "entered": Column("Int32", "people who entered with it", low=0),
        "control_seekers": Column("Int32", "seekers in the control arm", low=0),
        "treated_seekers": Column("Int32", "seekers in the treatment arm", low=0),
        "control_referrals": Column("Int32", "referrals of the control arm", low=0),
        "treated_referrals": Column("Int32", "referrals of the treatment arm", low=0),
    },
)
