"""What the person says was read wrongly: the right value instead, or nothing where he never said so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from data.errors import DataError
from models.profile_reader import FoundField, Job, ProfileReading, code_title

if TYPE_CHECKING:
    from models.occupation_coder import OccupationCoder

MANY_VALUED = frozenset({"experience", "credential", "group", "refuses"})
# What was concluded from a field falls with it.
_CONCLUDED = {"desired_title": {"desired_occupation_code"}, "age": {"birth_year"}, "birth_year": {"age"}}


@dataclass(frozen=True)
class Correction:
    """The right `value` of a field, None where it is not so. `start`: which of many values, by its first character.

    A field that holds one value is replaced, whatever `start` says. One that holds many gains a value where no `start`
    is given, and loses all of them if the value is None.
    """

    field: str
    value: Any
    start: int | None = None


def corrected(
    reading: ProfileReading, corrections: Iterable[Correction], coder: OccupationCoder | None
) -> ProfileReading:
    """`reading` with the corrections applied in order; titles are coded anew where a coder is given.

    A corrected field keeps the place of the words that were misread; one that the text does not say has none (0, 0).

    Raises
    ------
    DataError
        `start` points to nothing that was read.
    """
    for correction in corrections:
        reading = _with(reading, correction, coder)
    return reading


def _with(reading: ProfileReading, correction: Correction, coder: OccupationCoder | None) -> ProfileReading:
    adds = correction.field in MANY_VALUED and correction.start is None and correction.value is not None
    wrong = [] if adds else [found for found in reading.fields if _is_meant(found, correction)]
    if correction.field in MANY_VALUED and correction.start is not None and not wrong:
        starts = sorted(found.start for found in reading.fields if found.field == correction.field)
        raise DataError(
            f"no {correction.field} was read at {correction.start}",
            remedy=f"give the start of one that was read ({', '.join(map(str, starts)) or 'none was'}), or no start",
        )
    fallen = _CONCLUDED.get(correction.field, set())
    kept = tuple(found for found in reading.fields if found not in wrong and found.field not in fallen)
    start, end = (wrong[0].start, wrong[0].end) if wrong else (0, 0)
    new = [] if correction.value is None else [FoundField(correction.field, correction.value, start, end, True)]
    if new and correction.field == "experience" and correction.value.occupation_code is None:
        job: Job = correction.value
        new = [replace(new[0], value=replace(job, occupation_code=code_title(job.title, coder)))]
    if new and correction.field == "desired_title":
        code = code_title(correction.value, coder)
        new += [FoundField("desired_occupation_code", code, start, end, True)] if code else []
    return replace(reading, fields=(*kept, *new))


def _is_meant(found: FoundField, correction: Correction) -> bool:
    one_of_many = correction.field in MANY_VALUED and correction.start is not None
    return found.field == correction.field and (not one_of_many or found.start == correction.start)
