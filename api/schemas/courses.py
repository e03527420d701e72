"""Courses recommended to a seeker."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from api.schemas.matches import Reason


class CourseRecommendation(BaseModel):
    """A course and what completing it would change."""

    position: int = Field(ge=1)
    course_id: str
    title: str
    provider: str
    duration_days: int
    fee_cny: float
    subsidy_cny: float
    seats: int = Field(description="待开班次的名额 / seats in runs to come")
    uplift: float = Field(description="完成课程后预期就业概率的增加 / rise of the expected outcome, at current prices")
    opens: int = Field(description="新增可应聘的岗位数 / vacancies that become open to the person")
    reasons: list[Reason] = []


class SeekerCourses(BaseModel):
    """Courses for one seeker, largest uplift first."""

    seeker_id: str
    as_of: date
    courses: list[CourseRecommendation]
