"""Few seats: who gets them, who waits, and why. Small cases by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError
from data.reference.training_programmes import TrainingProgramme
from tests.data.records_for_tests import seeker
from tests.training_recs.course_market_for_tests import CourseMarket, course, course_market, run
from training_recs.seat_allocation import Seats, allocate_seats

ANY = TrainingProgramme("employment", "就业培训", "employment training", 100, "", None)
TWO_RUNS = [run(course_run_id="R-1", seats=1), run(course_run_id="R-2", seats=1)]


def three_people(runs: list[dict[str, Any]] | None = None, **more: Any) -> CourseMarket:
    return course_market([course()], runs or TWO_RUNS, seekers=[seeker(seeker_id=f"S-{n}") for n in (1, 2, 3)], **more)


def seats(found: CourseMarket, values: list[tuple[int, int, float]], priority: Any = (1, 1, 1), **more: Any) -> Seats:
    table = pd.DataFrame(values, columns=["seeker", "offer", "value"])
    more.setdefault("programmes", (ANY,))
    return allocate_seats(found.market, table, found.catalogue, priority=np.array(priority, dtype=float), **more)


def who(found: Seats) -> dict[int, int]:
    return dict(zip(found.seated["seeker"].tolist(), found.seated["run"].tolist(), strict=True))


def waiting(found: Seats) -> list[tuple[int, int, str]]:
    table = found.waiting
    return list(zip(table["run"].tolist(), table["seeker"].tolist(), table["reason"].tolist(), strict=True))


def test_the_seats_go_where_they_change_most_together() -> None:
    # Run 0 is worth most to everybody; the first loses least by going to run 1.
    found = seats(three_people(), [(0, 0, 0.5), (0, 1, 0.45), (1, 0, 0.4), (1, 1, 0.1), (2, 0, 0.2)])
    assert who(found) == {0: 1, 1: 0}
    assert found.objective == pytest.approx(0.85)
    assert found.certificate > 0.999
    # The third has no seat; the first would rather be in run 0, and comes after him.
    assert waiting(found) == [(0, 2, "full"), (0, 0, "seated_elsewhere")]


def test_no_seat_is_given_twice_and_nobody_sits_twice() -> None:
    found = seats(three_people(), [(s, r, 0.3) for s in range(3) for r in range(2)])
    assert len(found.seated) == 2
    assert found.seated["seeker"].is_unique
    assert found.seated["run"].is_unique


def test_priority_decides_between_equals() -> None:
    one_seat = three_people([run(seats=1)])
    equal = [(0, 0, 0.3), (1, 0, 0.3)]
    assert who(seats(one_seat, equal, (1.0, 1.5, 1.0))) == {1: 0}
    assert who(seats(one_seat, equal, (1.5, 1.0, 1.0))) == {0: 0}


def test_a_quota_is_never_exceeded_and_those_beyond_it_wait() -> None:
    wide = three_people([run(seats=10)])
    wishes = [(0, 0, 0.3), (1, 0, 0.2), (2, 0, 0.1)]
    found = seats(wide, wishes, programmes=(replace(ANY, seats_a_year=5),), used={"employment": 4})
    assert who(found) == {0: 0}
    assert waiting(found) == [(0, 1, "quota"), (0, 2, "quota")]
    assert 0.2 <= found.programme_price["employment"] <= 0.3  # more than the next one would bring
    assert found.certificate == pytest.approx(1.0, abs=1e-3)


def test_a_class_counts_towards_the_quota_of_the_year_in_which_it_begins() -> None:
    later = run(course_run_id="R-2", starts_on="2027-01-10", ends_on="2027-01-20", seats=10)
    found = three_people([run(course_run_id="R-1", seats=10), later])
    wishes = [(0, 0, 0.3), (1, 0, 0.2), (2, 1, 0.1)]
    one_a_year = (replace(ANY, seats_a_year=1),)
    assert who(seats(found, wishes, programmes=one_a_year)) == {0: 0, 2: 1}
    assert who(seats(found, wishes, programmes=one_a_year, used={"employment": 1})) == {2: 1}
    assert who(seats(found, wishes, programmes=one_a_year, used_next_year={"employment": 1})) == {0: 0}


def test_equal_wishes_beyond_a_quota_give_way_too() -> None:
    found = seats(
        three_people([run(seats=10)]), [(s, 0, 0.3) for s in range(3)], programmes=(replace(ANY, seats_a_year=2),)
    )
    assert len(found.seated) == 2


def test_programmes_divide_people_by_course_and_group() -> None:
    rural = TrainingProgramme("rural", "农村", "rural", 1, "", "rural_transferred")  # type: ignore[arg-type]
    start_up = TrainingProgramme("entrepreneurship", "创业", "start-up", 5, "创业", None)
    market = course_market(
        [course(), course(course_id="C-2", title="创业培训")],
        seekers=[seeker(seeker_id=f"S-{n}") for n in (1, 2, 3)],
        groups=(("S-1", "rural_transferred"), ("S-2", "rural_transferred")),
    )
    offer_of = {int(o["course"]): row for row, o in enumerate(market.catalogue.offers)}
    wishes = [(0, offer_of[0], 0.3), (1, offer_of[0], 0.2), (2, offer_of[0], 0.1), (2, offer_of[1], 0.4)]
    found = seats(market, sorted(wishes), programmes=(start_up, rural, ANY))
    assert found.seated["programme"].tolist() == ["rural", "entrepreneurship"]
    assert waiting(found) == [(0, 1, "quota")]


def test_nobody_wants_a_seat() -> None:
    found = seats(three_people(), [])
    assert (len(found.seated), len(found.waiting), found.certificate) == (0, 0, 1.0)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(DataError, match="2 priorities of 3 seekers"):
        seats(three_people(), [(0, 0, 0.3)], (1.0, 1.0))
    with pytest.raises(DataError, match="catering"):
        seats(three_people(), [(0, 0, 0.3)], used={"catering": 3})
