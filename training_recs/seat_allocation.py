"""Who gets which seat: the allocation of referrals (matching.allocation) over people and course runs.

Every person has at most one seat; a run no more people than seats; a programme of the city no more than what is left of
its yearly quota. The worth of a seat to a person is the value of the course to him (`recommend_courses`) times his
priority (matching.allocation_policy). The dual gives each run a price: what its last seat is worth to others.

Quotas span runs, so each programme in excess is given a price of its own, subtracted from the worth of its seats, and
found by halving so that it is within its quota (Lagrangian relaxation; Fisher 1981, "The Lagrangian relaxation method
for solving integer programming problems", Management Science 27(1)). What still exceeds it, by ties, gives way from the
lowest worth on. The bound remains one: no seating is worth more than Σ quotas × prices plus that of the allocation.
Of two courses one after the other the seat is one of the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import TEXT, Column, Table
from data.errors import DataError
from data.market import Market
from data.records import SeekerGroup
from data.reference.training_programmes import TrainingProgramme
from matching.allocation import Allocation, allocate
from matching.candidate_edges import CandidateEdges, ordered_edges
from training_recs.course_catalogue import Catalogue

HALVINGS = 24
"""Most halvings of the interval in which a programme's price lies: to a ten-millionth of the highest worth."""
ENOUGH = 1000
"""A quota is taken for used up when less than one in so many of its places is left."""

SEATED = Table(
    "seated",
    {
        "seeker": Column("int32", "row of market_seekers; the table is sorted by it", low=0),
        "run": Column("int32", "row of the catalogue's runs", low=0),
        "offer": Column("int32", "row of the catalogue's offers", low=0),
        "programme": Column(TEXT, "programme in whose quota the seat counts"),
        "worth": Column("float64", "value × priority, expected placements", low=0),
        "price": Column("float64", "what the seat is worth to others", low=0),
    },
)

WAITING_REASONS = {
    "full": ("班次已满，座位给了作用更大的人", "the run is full: its seats are worth more to others"),
    "seated_elsewhere": ("已在别的班次有座位，本班更合适但已满", "seated in another run; this one would be worth more"),
    "quota": ("该培训计划本年名额已用完", "the programme's places of this year are used up"),
}
WAITING = Table(
    "waiting",
    {
        "run": Column("int32", "row of the catalogue's runs; the table is sorted by it and by position", low=0),
        "position": Column("int32", "place in the waiting list, from 1", low=1),
        "seeker": Column("int32", "row of market_seekers", low=0),
        "offer": Column("int32", "row of the catalogue's offers", low=0),
        "worth": Column("float64", "value × priority, expected placements", low=0),
        "price": Column("float64", "of a seat of the run", low=0),
        "reason": Column(TEXT, "why there was no seat", codes=frozenset(WAITING_REASONS)),
    },
)


@dataclass(frozen=True)
class Seats:
    """`seated` laid out as `SEATED`, `waiting` as `WAITING`.

    `run_price` float64 (runs,) and `programme_price` (by programme): what one seat more would be worth. `objective`: Σ
    worth of those seated; `bound`: no seating exceeds it.
    """

    seated: pd.DataFrame
    waiting: pd.DataFrame
    run_price: npt.NDArray[np.float64]
    programme_price: dict[str, float]
    objective: float
    bound: float

    @property
    def certificate(self) -> float:
        """Objective ÷ bound: at least this share of the optimum is reached; 1 where nobody wants a seat."""
        return self.objective / self.bound if self.bound > 0 else 1.0


@dataclass(frozen=True)
class _Wishes:
    """Edges (seeker, run) with the offer, worth and programme of each; sorted by seeker, then run.

    Programmes are numbered as given, and once more for runs that begin in the next calendar year.
    """

    seeker: npt.NDArray[np.int32]
    run: npt.NDArray[np.int32]
    offer: npt.NDArray[np.int32]
    worth: npt.NDArray[np.float64]
    programme: npt.NDArray[np.int64]
    n_seekers: int


def most_wanted(values: pd.DataFrame, most: int) -> pd.DataFrame:
    """Of each seeker the `most` rows of `recommend_courses.offer_values` with the highest values; ties: lower offer."""
    seeker, offer, value = (values[name].to_numpy() for name in ("seeker", "offer", "value"))
    order = np.lexsort((offer, -value, seeker))
    place = np.arange(len(order)) - np.searchsorted(seeker[order], seeker[order])
    return values.iloc[np.sort(order[place < most])].reset_index(drop=True)


def allocate_seats(
    market: Market,
    values: pd.DataFrame,
    catalogue: Catalogue,
    *,
    programmes: Sequence[TrainingProgramme],
    priority: npt.NDArray[np.float64],
    used: Mapping[str, int] | None = None,
    used_next_year: Mapping[str, int] | None = None,
    longest_list: int = 50,
) -> Seats:
    """Allocate the seats of all runs at once. Equal input gives equal output.

    Parameters
    ----------
    values
        `recommend_courses.offer_values`: seeker, offer, value.
    programmes
        In the order in which they are asked; a wish of no programme gets no seat.
    priority
        float64 (seekers,), > 0 (matching.allocation_policy.priority_weights).
    used, used_next_year
        Seats that each programme has paid for in this calendar year, and in the next: a run counts towards the quota of
        the year in which it begins.
    longest_list
        Most people on the waiting list of a run.

    Raises
    ------
    DataError
        Priorities do not fit the market, or more seats of an unknown programme are said to be used.
    """
    of_year = (dict(used or {}), dict(used_next_year or {}))
    unknown = set().union(*of_year) - {one.programme for one in programmes}
    if len(priority) != len(market.seekers) or unknown:
        raise DataError(
            f"{len(priority)} priorities of {len(market.seekers)} seekers; used without a programme: {sorted(unknown)}",
            remedy="one priority a seeker; programmes as in training_programmes.csv",
        )
    wishes = _wishes(market, values, catalogue, programmes, priority)
    capacity = catalogue.runs["seats"].to_numpy(np.int64)
    quota = np.array(
        [max(0, one.seats_a_year - paid.get(one.programme, 0)) for paid in of_year for one in programmes],
        dtype=np.int64,
    )
    allocation, charged = _within_quotas(wishes, capacity, quota)
    chosen = _trimmed(wishes, allocation.chosen, quota)
    is_seated = np.zeros(len(wishes.seeker), dtype=bool)
    is_seated[chosen] = True
    seated = SEATED.check(
        pd.DataFrame(
            {
                "seeker": wishes.seeker[chosen], "run": wishes.run[chosen], "offer": wishes.offer[chosen],
                "programme": pd.Series(
                    np.array([one.programme for _ in of_year for one in programmes] or [""], dtype=object)[
                        wishes.programme[chosen]
                    ],
                    dtype=TEXT,
                ),
                "worth": wishes.worth[chosen], "price": allocation.price[wishes.run[chosen]],
            }
        )
    )  # fmt: skip
    return Seats(
        seated=seated,
        waiting=_waiting(wishes, is_seated, allocation.price, capacity, longest_list),
        run_price=allocation.price,
        programme_price={one.programme: float(charged[number]) for number, one in enumerate(programmes)},
        objective=float(wishes.worth[chosen].sum()),
        bound=allocation.bound + float((charged * quota).sum()),
    )


def _wishes(
    market: Market, values: pd.DataFrame, catalogue: Catalogue, programmes: Sequence[TrainingProgramme],
    priority: npt.NDArray[np.float64],
) -> _Wishes:  # fmt: skip
    offer, seeker = values["offer"].to_numpy(np.int32), values["seeker"].to_numpy(np.int32)
    first, last, course = (catalogue.offers[name][offer] for name in ("first_run", "run", "course"))
    run = np.where(first >= 0, first, last).astype(np.int32)
    worth = values["value"].to_numpy(np.float64) * priority[seeker]
    programme = programme_of(market, programmes, seeker, course)
    begins_next_year = (catalogue.runs["starts_on"].dt.year > market.as_of.year).to_numpy(bool)[run]
    programme = np.where((programme >= 0) & begins_next_year, programme + len(programmes), programme)
    # Of several ways to one seat the best counts.
    order = np.lexsort((offer, -worth, run, seeker))
    once = np.r_[True, (np.diff(seeker[order]) != 0) | (np.diff(run[order]) != 0)] if len(order) else order == 0
    kept = order[once & (programme[order] >= 0)]
    return _Wishes(seeker[kept], run[kept], offer[kept], worth[kept], programme[kept], len(market.seekers))


def programme_of(
    market: Market, programmes: Sequence[TrainingProgramme], seeker: npt.NDArray[np.int32],
    course: npt.NDArray[np.int32],
) -> npt.NDArray[np.int64]:  # fmt: skip
    """Number of the first programme in which each (course, person), rows of `market`, counts; −1: none. int64 (n,)."""
    bit_of = {group: bit for bit, group in enumerate(SeekerGroup)}
    titles, groups = market.courses["title"], market.seekers["group_mask"].to_numpy()
    found = np.full(len(seeker), -1, dtype=np.int64)
    for number, one in reversed(list(enumerate(programmes))):
        teaches = np.array([one.teaches(title) for title in titles], dtype=bool)
        inside = np.ones(len(groups), bool) if one.group is None else groups >> bit_of[one.group] & 1 == 1
        found[teaches[course] & inside[seeker]] = number
    return found


def _within_quotas(
    wishes: _Wishes, capacity: npt.NDArray[np.int64], quota: npt.NDArray[np.int64]
) -> tuple[Allocation, npt.NDArray[np.float64]]:
    """The allocation at the programmes' prices found, and these; programmes within their quota are free."""
    price = np.zeros(len(quota))
    highest = float(wishes.worth.max(initial=0.0))
    allocation = _allocated(wishes, capacity, price)
    for number in range(len(quota)):
        if _seats_of(wishes, allocation, len(quota))[number] <= quota[number]:
            continue
        low, high = 0.0, highest
        for _ in range(HALVINGS):
            price[number] = (low + high) / 2
            allocation = _allocated(wishes, capacity, price)
            count = int(_seats_of(wishes, allocation, len(quota))[number])
            if quota[number] - quota[number] // ENOUGH <= count <= quota[number]:
                break
            low, high = (price[number], high) if count > quota[number] else (low, price[number])
        else:
            # The lower end: at least the quota is used, and what ties exceed it by gives way afterwards.
            price[number] = low
            allocation = _allocated(wishes, capacity, price)
    return allocation, price


def _allocated(wishes: _Wishes, capacity: npt.NDArray[np.int64], charged: npt.NDArray[np.float64]) -> Allocation:
    left = np.maximum(wishes.worth - charged[wishes.programme], 0.0) if len(charged) else wishes.worth
    edges: CandidateEdges = ordered_edges(
        wishes.seeker, wishes.run, left, n_seekers=wishes.n_seekers, n_vacancies=len(capacity)
    )[0]
    return allocate(edges, seeker_limit=1, capacity=capacity)


def _seats_of(wishes: _Wishes, allocation: Allocation, programmes: int) -> npt.NDArray[np.int64]:
    return np.bincount(wishes.programme[allocation.chosen], minlength=programmes)


def _trimmed(wishes: _Wishes, chosen: npt.NDArray[np.int64], quota: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The chosen edges within every quota, those worth most first; rising."""
    order = chosen[np.lexsort((chosen, -wishes.worth[chosen], wishes.programme[chosen]))]
    programme = wishes.programme[order]
    place = np.arange(len(order)) - np.searchsorted(programme, programme)
    return np.sort(order[place < quota[programme]]) if len(order) else order


def _waiting(
    wishes: _Wishes, is_seated: npt.NDArray[np.bool_], price: npt.NDArray[np.float64],
    capacity: npt.NDArray[np.int64], longest: int,
) -> pd.DataFrame:  # fmt: skip
    """Who would take a seat if one came free: those without any seat first, each in the order of worth.

    Whoever has a seat waits only for one that is worth more to him.
    """
    worth_of_seat = np.zeros(wishes.n_seekers)
    worth_of_seat[wishes.seeker[is_seated]] = wishes.worth[is_seated]
    is_full = np.bincount(wishes.run[is_seated], minlength=len(capacity)) >= capacity
    rest = np.flatnonzero(~is_seated & (wishes.worth > worth_of_seat[wishes.seeker]))
    elsewhere = worth_of_seat[wishes.seeker[rest]] > 0
    order = np.lexsort((wishes.seeker[rest], -wishes.worth[rest], elsewhere, wishes.run[rest]))
    rest, elsewhere = rest[order], elsewhere[order]
    run = wishes.run[rest]
    position = np.arange(len(rest)) - np.searchsorted(run, run) + 1
    kept = position <= longest
    rest, elsewhere, run, position = rest[kept], elsewhere[kept], run[kept], position[kept]
    reason = np.where(elsewhere, "seated_elsewhere", np.where(is_full[run], "full", "quota"))
    return WAITING.check(
        pd.DataFrame(
            {
                "run": run, "position": position, "seeker": wishes.seeker[rest], "offer": wishes.offer[rest],
                "worth": wishes.worth[rest], "price": price[run], "reason": pd.Series(reason, dtype=TEXT),
            }
        )
    )  # fmt: skip
