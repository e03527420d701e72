"""A correction of what was read from a text, as it is sent back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from api.schemas.fields import (
    CredentialCode,
    DistrictCode,
    Education,
    OccupationCode,
    ShortText,
    Wage,
    fault,
    level_of,
)
from api.schemas.seekers import Experience
from data.records import SeekerGroup
from models.profile_correction import Correction
from models.profile_reader import Job

ReadName = Literal[
    "age", "birth_year", "education_level", "major", "experience", "experience_years", "skills", "credential",
    "desired_title", "desired_occupation_code", "wage_min_cny_month", "needs_board", "needs_lodging", "will_relocate",
    "accepts_night_work", "accepts_shift_work", "commute_limit_km", "district_code", "group", "refuses",
    "wants_to_start", "startup_trade",
]  # fmt: skip
"""Every field that can be read from a text."""

_VALUES: dict[str, TypeAdapter[Any]] = {
    "age": TypeAdapter(Annotated[int, Field(ge=14, le=100)]),
    "birth_year": TypeAdapter(Annotated[int, Field(ge=1900, le=2100)]),
    "education_level": TypeAdapter(Annotated[int, Field(ge=1, le=7)] | Education),
    "experience": TypeAdapter(Experience),
    "experience_years": TypeAdapter(Annotated[float, Field(ge=0, le=60)]),
    "credential": TypeAdapter(CredentialCode),
    "desired_occupation_code": TypeAdapter(OccupationCode),
    "wage_min_cny_month": TypeAdapter(Wage),
    "commute_limit_km": TypeAdapter(Annotated[float, Field(ge=0, le=500, allow_inf_nan=False)]),
    "district_code": TypeAdapter(DistrictCode),
    "group": TypeAdapter(SeekerGroup),
    **dict.fromkeys(("major", "skills", "desired_title", "refuses", "startup_trade"), TypeAdapter(ShortText)),
    **dict.fromkeys(
        (
            "needs_board",
            "needs_lodging",
            "will_relocate",
            "accepts_night_work",
            "accepts_shift_work",
            "wants_to_start",
        ),
        TypeAdapter(bool),
    ),
}


class FieldCorrection(BaseModel):
    """The right value of a field that was read; null: the text does not say so.

    A field of many values (experience, credential, group, refuses) gains one, or with `start` has that one replaced.
    """

    model_config = ConfigDict(extra="forbid")

    field: ReadName = Field(description="字段，与 read 中同名 / field, named as in `read`")
    value: Any = Field(
        None, description="正确的值，与 read 中同型；不填即并未说过 / right value; absent or null: not said"
    )
    start: int | None = Field(None, ge=0, description="多值字段中的哪一个：其起点 / which of many, by its start")

    @model_validator(mode="after")
    def _of_its_type(self) -> FieldCorrection:
        if self.value is not None:
            try:
                self.value = _VALUES[self.field].validate_python(self.value)
            except ValidationError as error:
                why = error.errors()[0]["msg"]
                raise fault(f"{self.field} 的值不对：{why}", f"the value of {self.field} is wrong: {why}") from None
        return self

    def as_correction(self) -> Correction:
        """As the reader's own type."""
        value = self.value
        if self.field == "education_level" and isinstance(value, str):
            value = level_of(value)
        elif self.field == "group" and value is not None:
            value = str(value)
        elif isinstance(value, Experience):
            value = Job(value.title, value.years, value.occupation_code)
        return Correction(self.field, value, self.start)
