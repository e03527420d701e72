"""Courses recommended to a seeker."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field


class CourseOffer(BaseModel):
    """A course and what completing it would change."""

    course_id: str
    title: str
    provider: str
    credentials: list[str] = Field(description="取得的证书代码 / credentials it adds")
    duration_days: int
    fee_cny: float = Field(description="培训费（元），补贴前 / fee before subsidy")
    subsidy_cny: float = Field(description="补贴（元） / subsidy")
    seats: int = Field(description="待开班次的名额 / seats in runs to come")
    uplift: float = Field(description="取证后预期就业的增加 / rise of the expected outcome, at current prices")
    vacancies_opened: int = Field(description="新增可应聘岗位数 / vacancies that become open")


class SeekerCourses(BaseModel):
    """Courses for one seeker, largest uplift first; an empty list says: no course, apply now."""

    seeker_id: str
    as_of: date
    courses: list[CourseOffer]
