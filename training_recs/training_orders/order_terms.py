"""What an order asks for, in the rows of a market."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class OrderTerms:
    """`vacancy`: row of market_vacancies whose posts are reserved; `people_wanted` that are still to be enrolled for.

    `ready_by`: last day on which training may end; `course_run_id`: the run chosen, None: to be found.
    """

    vacancy: int
    people_wanted: int
    ready_by: date
    course_run_id: str | None = None

    def places(self, completion: float) -> int:
        """Seats to fill so that those expected to complete are as many as wanted: N ÷ completion, rounded up."""
        return math.ceil(round(self.people_wanted / completion, 9))
