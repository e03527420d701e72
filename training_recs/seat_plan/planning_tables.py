"""Layouts of what a seat plan is made from and of what it is. Months are first days; an empty cell means any."""

from __future__ import annotations

from enum import StrEnum

from data.columns import TEXT, Column, Table

_MONTH = "datetime64[s]"
_COURSE = Column(TEXT, "courses.course_id")
_PROVIDER = Column(TEXT, "training institution")
_OCCUPATION = Column(TEXT, "group of the 2022 classification, as in the forecast")
_DISTRICT = Column(TEXT, "division code")


class LimitKind(StrEnum):
    """What can be short."""

    BUDGET = "budget"
    """CNY of subsidies for the seats of classes that start in the month; without a month: over the whole plan."""
    TEACHERS = "teachers"
    """Classes that can be taught at a time; without a month: in each month."""
    ROOMS = "rooms"
    """Classes that have a room at a time; likewise."""


LIMIT_NAMES = {
    LimitKind.BUDGET: ("补贴预算（元）", "budget of subsidies (CNY)"),
    LimitKind.TEACHERS: ("可同时授课的教师（班）", "teachers (classes at a time)"),
    LimitKind.ROOMS: ("可同时使用的教室（班）", "rooms (classes at a time)"),
}

OFFERS = Table(
    "course_offers",
    {
        "course_id": _COURSE,
        "title": Column(TEXT, "title"),
        "provider": _PROVIDER,
        "occupation": _OCCUPATION,
        "district_code": Column(TEXT, "division code of the place where it is taught"),
        "class_seats": Column("Int64", "most seats of one class", low=1),
        "months": Column("Int64", "months that a class lasts", low=1),
        "fee_cny": Column("Float64", "what a seat costs, CNY", low=0),
        "subsidy_cny": Column("Float64", "what the budget pays for a seat, CNY", low=0),
    },
)

LEFT_OUT = Table(
    "courses_left_out",
    {
        "course_id": _COURSE,
        "title": Column(TEXT, "title"),
        "reason_zh": Column(TEXT, "why it is not planned with"),
        "reason_en": Column(TEXT, "why it is not planned with"),
    },
)

LIMITS = Table(
    "planning_limits",
    {
        "kind": Column(TEXT, "LimitKind", codes=frozenset(LimitKind)),
        "provider": Column(TEXT, "only classes of this institution; null: of all together", nullable=True),
        "district_code": Column(TEXT, "only classes taught there", nullable=True),
        "occupation": Column(TEXT, "only classes for this group or one within it", nullable=True),
        "month": Column(_MONTH, "only this month", nullable=True),
        "value": Column("Float64", "CNY, or classes at a time", low=0),
    },
)

ORDERS = Table(
    "confirmed_orders",
    {
        "occupation": _OCCUPATION,
        "district_code": _DISTRICT,
        "month": Column(_MONTH, "in which they are to start work"),
        "seats": Column("Int64", "people ordered, posts reserved", low=1),
    },
)

NEEDS = Table(
    "training_needs",
    {
        "occupation": _OCCUPATION,
        "district_code": _DISTRICT,
        "month": Column(_MONTH, "in which people are needed"),
        "demand": Column("Float64", "openings forecast", low=0),
        "supply": Column("Float64", "qualified seekers expected to be still available", low=0),
        "median_need": Column("Float64", "median of demand less supply, not below 0", low=0),
        "high_need": Column("Float64", "its highest quantile", low=0),
        "ordered": Column("Int64", "confirmed orders", low=0),
        "seats": Column("Int64", "planned for it", low=0),
        "expected_filled": Column("Float64", "of them, people expected to find such work", low=0),
    },
)

SEAT_PLAN = Table(
    "seat_plan",
    {
        "course_id": _COURSE,
        "title": Column(TEXT, "title"),
        "provider": _PROVIDER,
        "occupation": _OCCUPATION,
        "district_code": Column(TEXT, "division code of the place where it is taught"),
        "starts": Column(_MONTH, "month in which the classes start"),
        "ready": Column(_MONTH, "first month in which those trained can work"),
        "classes": Column("Int64", "classes to open", low=1),
        "seats": Column("Int64", "seats in them altogether", low=1),
        "ordered_seats": Column("Int64", "of them for confirmed orders", low=0),
        "speculative_seats": Column("Int64", "of them on the forecast", low=0),
        "expected_filled": Column("Float64", "people expected to find such work", low=0),
        "subsidy_cny": Column("Float64", "what the budget pays, CNY", low=0),
        "reason_zh": Column(TEXT, "why"),
        "reason_en": Column(TEXT, "why"),
    },
)

LIMIT_USE = Table(
    "limit_use",
    {
        **LIMITS.columns,
        "month": Column(_MONTH, "month that the limit is for; null: the whole plan", nullable=True),
        "used": Column("Float64", "by the plan", low=0),
        "is_short": Column("bool", "not one class more fits"),
    },
)
