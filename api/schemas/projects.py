"""Planned projects and their assessments at the edge."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator

from api.schemas.fields import Day, DistrictCode, OccupationCode, ShortText, fault, level_of
from api.schemas.planning import BothLanguages
from api.schemas.vacancies import VacancyFields
from data.facts.pay import Pay
from data.ingest.project_file import PlannedPost
from data.ingest.vacancy_rows import VacancyRow
from data.reference.occupations import load_occupations, occupation_rows
from training_recs.project_assessment.post_statements import post_statements

if TYPE_CHECKING:
    from api.jobs.assess_project import CityProject

MOST_POSTS = 500
EXAMPLE_PROJECT: dict[str, JsonValue] = {
    "name": "（示例）新区汽车零部件厂",
    "posts": [
        {
            "title": "叉车司机", "headcount": 12, "starts_on": "2027-03-01", "district_code": "220106",
            "credentials": ["SE-FORKLIFT"], "wage_min_cny_month": 5500, "wage_max_cny_month": 7000,
            "shift_work": True, "board_offered": True, "lodging_offered": True,
        }
    ],
}  # fmt: skip


class PostFields(VacancyFields):
    """Openings of one kind from one day on; a title or an occupation is needed."""

    employer: None = Field(None, exclude=True, description="不填，项目即单位 / leave out: the project employs")  # type: ignore[assignment]
    title: ShortText | None = Field(None, description="岗位名称；不填则为职业名称 / the occupation's name if absent")  # type: ignore[assignment]
    occupation_code: OccupationCode | None = Field(None, description="职业代码；不填则按名称编码 / coded if absent")
    headcount: int = Field(ge=1, le=100_000, description="招聘人数 / openings")
    starts_on: Day = Field(description="到岗日期 / day from which people are needed")
    district_code: DistrictCode = Field(description="工作地区划代码 / district of the work place")

    @model_validator(mode="after")
    def _named(self) -> PostFields:
        if self.title is None and self.occupation_code is None:
            raise fault("岗位名称与职业代码至少填一个", "give a title or an occupation_code")
        return self

    def as_planned(self, project: str) -> PlannedPost:
        """The post as every door states it."""
        names = load_occupations()["name"]
        title = self.title or str(names.iloc[occupation_rows()[str(self.occupation_code)]])
        return PlannedPost(
            advertised=VacancyRow(
                employer=project,
                title=title,
                description=self.description,
                headcount=self.headcount,
                education_min=level_of(self.education_min),
                pay=Pay(self.wage_min_cny_month, self.wage_max_cny_month, negotiable=self.wage_negotiable),
                credentials=tuple(self.credentials),
                **{name: getattr(self, name) for name in _ALIKE},
            ),
            starts_on=self.starts_on,
            occupation_code=self.occupation_code,
        )


_ALIKE = (
    "experience_min_years", "night_work", "shift_work", "board_offered", "lodging_offered", "district_code",
    "longitude", "latitude", "veterans_preferred", "minimum_age_years",
)  # fmt: skip


class ProjectFields(BaseModel):
    """A planned project."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE_PROJECT]})

    name: ShortText = Field(description="项目名称 / name")
    posts: list[PostFields] = Field(max_length=MOST_POSTS, description="岗位，至少一个 / posts, at least one")

    @field_validator("posts")
    @classmethod
    def _some(cls, posts: list[PostFields]) -> list[PostFields]:
        if not posts:
            raise fault("至少给出一个岗位", "give at least one post")
        return posts


class ProjectTotals(BaseModel):
    """Expected placements of one round of referrals; net = direct − displaced = after − before."""

    openings: int = Field(description="项目招聘人数 / openings of the project")
    referred: int = Field(description="可推荐人数 / people referred to it")
    direct: float = Field(description="项目预计招到 / at the project")
    by_training: float = Field(description="到岗前培训可补 / openings that training in time could fill besides")
    had_other_work: float = Field(description="其中本可另就业的人 / of direct: placed without the project too")
    before: float = Field(description="全市，无项目 / in the city without it")
    after: float = Field(description="全市，有项目 / in the city with it")
    displaced: float = Field(description="其他单位少招 / lost by other employers")
    net: float = Field(description="全市净增 / net new placements")
    resolution: float = Field(description="求解误差 / a smaller net says nothing")


class AssessedPost(BaseModel):
    """One post of the project."""

    post: int
    post_title: str
    occupation: str
    starts_on: date
    headcount: int
    fitting: int = Field(description="符合全部硬性条件的求职者 / seekers whom no rule forbids")
    referred: int
    expected: float = Field(description="预计招到 / expected placements")
    by_training: float
    left: float = Field(description="仍缺 / openings that neither fills")
    had_other_work: float
    price: float
    of_the_trade: int = Field(description="本行求职者 / seekers who want, or did, work of the minor group")
    reasons: list[BothLanguages] = Field(description="为何招不满、怎么办 / why it stays open and what would help")


class Origin(BaseModel):
    """People of one district or group who would be referred; null: fewer than ten, or what shows them."""

    dimension: Literal["district", "group"]
    code: str
    people: int | None
    expected: float | None


class Barrier(BaseModel):
    """People of a post's trade kept out by one rule alone (or several)."""

    post: int
    rule: str
    people: int
    middle: float | None = Field(description="工资：期望中位数 / of pay: the median asked, CNY a month")


class Lack(BaseModel):
    """People who would fit with what they lack."""

    post: int
    lacks_zh: str
    lacks_en: str
    people: int
    course: Literal["in_time", "too_late", "in_part", "no_course"]


class TrainingForPost(BaseModel):
    """People to train for a post in one run of a course."""

    post: int
    lacks_zh: str
    lacks_en: str
    course_id: str
    course_title: str
    provider: str
    first_course_id: str
    begins_on: date
    ends_on: date
    seats: int
    trainees: int
    expected: float


class Effect(BaseModel):
    """What the project does to other employers' vacancies."""

    openings: int
    placements_before: float
    placements_after: float
    change: float
    price_before: float
    price_after: float


class OccupationEffect(Effect):
    """By minor group of the classification."""

    occupation: str


class EmployerEffect(Effect):
    """By employer."""

    employer_id: str
    employer: str


class RejectedPost(BaseModel):
    """A row that was not assessed."""

    file_row: int
    file_column: str
    found: str
    expected: str


class ProjectAnswer(BaseModel):
    """The assessment of a planned project (就业评估)."""

    name: str
    as_of: date
    is_synthetic: bool
    calibrated: bool = Field(description="概率学自历史结果 / probabilities learnt from outcomes")
    totals: ProjectTotals
    posts: list[AssessedPost]
    origins: list[Origin]
    barriers: list[Barrier]
    lacks: list[Lack]
    training: list[TrainingForPost]
    occupations: list[OccupationEffect] = Field(description="变化最大的在前 / what changes most first")
    employers: list[EmployerEffect]
    rejected: list[RejectedPost]


MOST_EFFECTS = 200


def project_answer(found: CityProject) -> ProjectAnswer:
    """An assessment as the API and the JSON file state it."""
    one = found.assessment
    posts = _rows(one.posts)
    for post, row in enumerate(posts):
        row["reasons"] = [BothLanguages(zh=said.zh, en=said.en) for said in post_statements(one, post)]
    return ProjectAnswer(
        name=found.name,
        as_of=found.as_of,
        is_synthetic=found.is_synthetic,
        calibrated=found.calibrated,
        totals=ProjectTotals(**{name: getattr(one.totals, name) for name in ProjectTotals.model_fields}),
        posts=[AssessedPost(**row) for row in posts],
        origins=[Origin(**row) for row in _rows(found.origins)],
        barriers=[Barrier(**row) for row in _rows(one.barriers)],
        lacks=[Lack(**row) for row in _rows(one.lacks)],
        training=[TrainingForPost(**row) for row in _rows(one.training)],
        occupations=[OccupationEffect(**row) for row in _rows(one.occupations.head(MOST_EFFECTS))],
        employers=[EmployerEffect(**row) for row in _rows(one.employers.head(MOST_EFFECTS))],
        rejected=[RejectedPost(**row) for row in _rows(found.rejects)],
    )


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows with None where a value is missing, and days as dates."""
    return [
        {
            str(name): None if pd.isna(value) else value.date() if isinstance(value, pd.Timestamp) else value
            for name, value in row.items()
        }
        for row in table.to_dict("records")
    ]
