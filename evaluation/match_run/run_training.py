"""What a night found of training: courses recommended, and who got the seats."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProgrammeSeats:
    """A yearly programme: seats `left` before the night, `seated` by it, and what one more would be worth (`price`)."""

    programme: str
    zh: str
    en: str
    left: int
    seated: int
    price: float


@dataclass(frozen=True)
class RunTraining:
    """`runs` of courses that can be begun, with `seats`; `people` to whom a course is recommended.

    `mean_gain_180`: placements within 180 days that the first course of their lists adds to each of them, on average.
    `waiting`: people on any waiting list. `certificate`: worth of the seats given ÷ its bound.
    """

    runs: int
    seats: int
    people: int
    mean_gain_180: float
    seated: int
    waiting: int
    certificate: float
    programmes: tuple[ProgrammeSeats, ...]
