"""Incubators, mentors and wishes to start at the edge, and between the edge and record tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Annotated, Any, TypeVar

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from api.schemas.fields import Day, DistrictCode, Identifier, Latitude, Longitude, ShortText, fault
from api.schemas.seeker_records import plain_rows
from api.schemas.startup import WishFields
from data.columns import Table
from data.errors import DataError
from data.ingest.startup_template import occupations
from data.records import BusinessForm, RecordStatus, SeekerGroup, Standing, StartupStage
from data.startup_columns import codes_in, rows_of


def _known_group(code: str) -> str:
    try:
        return occupations(code) or ""
    except DataError:
        raise fault(
            f"没有职业代码 {code!r}，应为《职业分类大典（2022）》的代码或其开头，如 4-03",
            f"unknown occupation {code!r}: expected a code of the 2022 classification or its beginning, such as 4-03",
        ) from None


OccupationGroup = Annotated[str, AfterValidator(_known_group)]
Places = Annotated[int, Field(ge=0, le=1000)]
Workstations = Annotated[int, Field(ge=0, le=100_000)]


class IncubatorFields(BaseModel):
    """创业孵化基地. Empty lists admit anybody."""

    model_config = ConfigDict(extra="forbid")

    name: ShortText = Field(description="名称 / name")
    sectors: ShortText = Field(description="行业方向 / trades it is for, in words")
    occupations: list[OccupationGroup] = Field([], max_length=50, description="入驻职业代码 / trades admitted")
    admits_groups: list[SeekerGroup] = Field([], max_length=10, description="入驻人群 / groups admitted")
    admits_stages: list[StartupStage] = Field([], max_length=4, description="入驻阶段 / stages admitted")
    max_months_registered: int | None = Field(None, ge=0, le=600, description="登记不超过月数 / most months registered")
    services: ShortText | None = Field(None, description="服务 / services")
    workstations: Workstations = Field(description="工位总数 / workstations")
    workstations_free: Workstations = Field(description="空余工位 / of them free")
    available_from: Day | None = Field(None, description="可入驻日期 / can be moved into from")
    rent_cny_month: float | None = Field(None, ge=0, le=1e6, description="工位月租金 / rent, CNY a month")
    district_code: DistrictCode | None = Field(None, description="区划代码 / district")
    longitude: Longitude | None = None
    latitude: Latitude | None = None
    valid_through: date = Field(description="截止日期（含当日） / last day")

    @model_validator(mode="after")
    def _no_more_than_there_are(self) -> IncubatorFields:
        _check_free(self.workstations_free, self.workstations)
        return self


class IncubatorCreate(IncubatorFields):
    """An incubator to add."""

    incubator_id: Identifier = Field(description="编号 / identifier")


class MentorFields(BaseModel):
    """创业导师: nothing that identifies the person, no sex, age or ethnicity."""

    model_config = ConfigDict(extra="forbid")

    field: ShortText = Field(description="指导领域 / what he advises on")
    occupations: list[OccupationGroup] = Field([], max_length=50, description="熟悉职业代码 / trades he knows")
    admits_stages: list[StartupStage] = Field([], max_length=4, description="指导阶段 / stages he takes")
    experience: ShortText | None = Field(None, description="经历 / experience")
    experience_years: float | None = Field(None, ge=0, le=60, description="从业年限 / years")
    languages: ShortText | None = Field(None, description="语言；不填为普通话 / languages; absent: Putonghua")
    district_code: DistrictCode | None = Field(None, description="区划代码 / district")
    online: bool = Field(False, description="线上指导 / advises online too")
    places: Places = Field(description="可带人数 / people he takes")
    places_free: Places = Field(description="空余名额 / of them free")
    valid_through: date = Field(description="截止日期（含当日） / last day")

    @model_validator(mode="after")
    def _no_more_than_there_are(self) -> MentorFields:
        _check_free(self.places_free, self.places)
        return self


class MentorCreate(MentorFields):
    """A mentor to add."""

    mentor_id: Identifier = Field(description="编号，不得含个人信息 / says nothing about the person")


class Incubator(IncubatorFields):
    """An incubator as stored."""

    incubator_id: str
    status: RecordStatus
    closed_on: date | None
    source: str
    is_synthetic: bool


class Mentor(MentorFields):
    """A mentor as stored."""

    mentor_id: str
    status: RecordStatus
    closed_on: date | None
    source: str
    is_synthetic: bool


class IncubatorPage(BaseModel):
    """One page, by identifier."""

    items: list[Incubator]
    next_cursor: str | None = None


class MentorPage(BaseModel):
    """One page, by identifier."""

    items: list[Mentor]
    next_cursor: str | None = None


class Wish(WishFields):
    """A wish to start, as recorded."""

    seeker_id: str
    recorded_on: date
    source: str
    is_synthetic: bool


LISTS: dict[str, Callable[[str], str]] = {
    "occupations": str, "admits_groups": SeekerGroup, "admits_stages": StartupStage, "standings": Standing,
}  # fmt: skip
"""Lists here, codes with '|' between in records; and what each code is."""
_CODES: dict[str, Callable[[str], str]] = {"status": RecordStatus, "stage": StartupStage, "form": BusinessForm}


Shown = TypeVar("Shown", bound=BaseModel)


def table_of(layout: Table, fields: BaseModel, **more: Any) -> pd.DataFrame:
    """A table of one row from what was sent; what is neither sent nor in `more` is null."""
    sent = {name: getattr(fields, name) for name in type(fields).model_fields}
    row = {**sent, "source": "api", "is_synthetic": False, **more}
    row |= {name: "|".join(map(str, row[name])) or None for name in LISTS if name in row}
    return rows_of(layout, [row])


def shown(model: type[Shown], table: pd.DataFrame) -> list[Shown]:
    """Records as they are shown; what is stored was checked when it came in."""
    return [model.model_construct(**_lists(row.items())) for row in plain_rows(table)]


def _lists(row: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {
        name: [LISTS[name](code) for code in codes_in(value)]
        if name in LISTS
        else _CODES[name](value)
        if name in _CODES and value is not None
        else value
        for name, value in row
    }


def _check_free(free: int, places: int) -> None:
    if free > places:
        raise fault(f"空余 {free} 多于总数 {places}", f"{free} free of {places}")
