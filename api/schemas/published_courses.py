"""Published courses, seats and waiting lists as they are shown."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from api.schemas.matches import Reason

_FIRST = "班次；须先上的在前 / the class, the first of two"
_THEN = "其后的班次；无则只有一个 / a second class after it"
_WORTH = "培训作用 × 优先系数 / value × priority, expected placements"


class RecommendedCourse(BaseModel):
    """A course in somebody's published list."""

    seeker_id: str
    position: int = Field(description="在本人名单中的位次 / place in the person's list")
    course_run_id: str = Field(description=_FIRST)
    then_course_run_id: str | None = Field(description=_THEN)
    course_id: str
    title: str
    provider: str
    starts_on: date
    ends_on: date
    seats: int
    uplift: float = Field(description="结业可能性 ×（培训后效用 − 现在效用） / completion × (utility after − today)")
    completion: float = Field(description="结业的可能性 / probability of completing")
    gain_90: float = Field(description="90 天内就业可能性的变化 / change of P(placed within 90 days)")
    gain_180: float = Field(description="180 天内 / within 180 days")
    gain_360: float = Field(description="360 天内 / within 360 days")
    cost_cny: float = Field(description="自付与路费（元） / fee after subsidy and travel")
    value: float = Field(description="排序依据：就业增加扣除费用 / gain less cost, what the list is ordered by")
    questions: list[Reason] = Field(description="报名前需要询问的事项 / what must be asked first")


class PublishedCourses(BaseModel):
    """A page of the courses that the newest run recommends, to one person or at one class."""

    run_id: str
    as_of: date = Field(description="匹配的数据日期 / day of the run's data")
    courses: list[RecommendedCourse]
    next_cursor: str | None = Field(None, description="下一页的 cursor；无则为末页 / absent on the last page")


class CourseSeat(BaseModel):
    """A person with a seat."""

    seeker_id: str
    then_course_run_id: str | None = Field(description=_THEN)
    programme: str = Field(description="计入的培训计划 / programme in whose quota it counts")
    worth: float = Field(description=_WORTH)


class CourseSeats(BaseModel):
    """A page of who has a seat in a class."""

    run_id: str
    as_of: date
    course_run_id: str
    course_id: str
    title: str
    starts_on: date
    seats: int
    seated: int = Field(description="已分到名额且仍在求职 / given a seat and still looking")
    free: int = Field(description="空余名额 / seats that nobody has")
    people: list[CourseSeat]
    next_cursor: str | None = None


class WaitingPerson(BaseModel):
    """A person on the waiting list of a class."""

    seeker_id: str
    position: int = Field(description="夜间排定的位次；有人退出后不补号 / place as of the night; gaps are people gone")
    then_course_run_id: str | None = Field(description=_THEN)
    worth: float = Field(description=_WORTH)
    reason: Reason


class CourseWaitingList(BaseModel):
    """A page of a waiting list, whose turn it is first."""

    run_id: str
    as_of: date
    course_run_id: str
    course_id: str
    title: str
    free: int = Field(description="空余名额 / seats that nobody has")
    people: list[WaitingPerson]
    next_cursor: str | None = None
