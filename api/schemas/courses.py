"""Courses recommended to a seeker, and what he lacks."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from api.schemas.matches import Reason, VacancyBrief


class CourseRunOffer(BaseModel):
    """A course at one of its runs."""

    course_id: str
    title: str
    provider: str
    course_run_id: str
    starts_on: date
    ends_on: date
    seats: int = Field(description="本班名额 / seats of this run")
    district_code: str | None


class CourseGains(BaseModel):
    """Change of the probability of being placed; negative while search is lost in class."""

    days_90: float = Field(description="90 天内就业可能性的变化 / placed within 90 days, with the course less without")
    days_180: float = Field(description="180 天内 / within 180 days")
    days_360: float = Field(description="360 天内 / within 360 days")


class CourseCrowding(BaseModel):
    """How crowded the vacancies are that the course is for."""

    openings: int = Field(description="招聘人数 / openings")
    referrals_per_opening: float | None = Field(
        description="每个名额已推荐的人数；无已发布的匹配时为空 / people referred to each opening; null without a run"
    )
    price: float = Field(description="平均影子价格 / mean shadow price of an opening")


class CourseOffer(CourseRunOffer):
    """A course and what completing it would change."""

    first: CourseRunOffer | None = Field(description="须先上的课程 / what to take first")
    credentials: list[str] = Field(description="取得的证书代码 / credentials it adds")
    duration_days: int
    class_days: int = Field(
        description="上课起止共多少天 / calendar days in class, of both courses where there are two"
    )
    fee_cny: float = Field(description="培训费（元），补贴前 / fee before subsidy")
    subsidy_cny: float = Field(description="补贴（元） / subsidy")
    fee_after_subsidy_cny: float = Field(description="自付（元），每年只补一次 / what he pays; one subsidy a year")
    travel_cny: float = Field(description="路费（元） / travel")
    distance_km: float | None = Field(description="到上课地点的直线距离，公里 / to the class, straight line")
    completion: float = Field(ge=0, le=1, description="结业的可能性 / probability of completing")
    uplift: float = Field(
        description="结业可能性 ×（培训后效用 − 现在效用），按当前价格 / completion × (utility afterwards − today)"
    )
    gains: CourseGains
    value: float = Field(description="排序依据：就业增加扣除费用 / what courses are ordered by: gain less cost")
    vacancies_opened: int = Field(description="新增可应聘岗位数 / vacancies that become open")
    openings_opened: int = Field(description="这些岗位的招聘人数 / their openings")
    vacancies: list[VacancyBrief] = Field(description="其中最合适的几个 / the best of them")
    wage_change_cny_month: float | None = Field(description="最合适岗位月薪的变化 / change of the best vacancies' pay")
    crowding: CourseCrowding
    questions: list[Reason] = Field(description="报名前需要询问的事项 / what must be asked first")
    statements: list[Reason] = Field(description="说明 / what the person is told")


class SkillGapOffer(BaseModel):
    """What vacancies that nearly fitted require and the person lacks."""

    kind: str = Field(description="credential 证书、language 语言、experience 经验")
    code: str
    zh: str
    en: str
    required: bool = Field(description="false：岗位只是优先考虑 / only preferred")
    vacancies_opened: int = Field(description="只差这一项的岗位数 / vacancies that it alone keeps closed")
    openings: int = Field(description="这些岗位的招聘人数 / their openings")
    also_needed: int = Field(description="还差别的条件的岗位数 / further vacancies that lack more than it")
    worth: float = Field(description="补上后效用的增加，按当前价格 / rise of his utility at current prices")
    vacancies: list[VacancyBrief] = Field(description="其中最合适的几个 / the best of them")


class SeekerCourses(BaseModel):
    """Courses for one seeker, most worth first; an empty list says: no course, apply now."""

    seeker_id: str
    as_of: date
    by_price: bool = Field(description="用了已发布匹配的价格 / at the prices of a published run")
    utility_today: float = Field(description="现在的效用 / utility today, expected placements of one list")
    courses: list[CourseOffer]
    apply_now: bool = Field(description="不必培训，直接应聘 / no course: apply now")
    statements: list[Reason] = Field(description="不推荐课程时的理由 / why no course is recommended")
    gaps: list[SkillGapOffer]
