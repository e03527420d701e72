"""State of the service and of the last overnight run."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """What an answer needs is there."""

    status: Literal["ready"] = "ready"
    as_of: date = Field(description="数据日期 / day of the data")
    revision: int = Field(description="已读到的数据版本 / newest change of the database that is in memory")
    seekers: int = Field(description="有效求职者 / open seekers")
    vacancies: int = Field(description="在招岗位 / open vacancies")
    courses: int = Field(description="培训课程 / courses")


class RunSummary(BaseModel):
    """The newest published match run."""

    run_id: str
    as_of: date = Field(description="数据日期 / day of the data")
    summary: dict[str, Any] = Field(description="摘要 / what the run achieved")


class HardRule(BaseModel):
    """A condition that no match may break."""

    name: str
    zh: str
    en: str
    question_zh: str | None = Field(description="未知时要问的问题 / asked where it is unknown")
    question_en: str | None
    source: str = Field(description="依据 / source")
