"""Published lists as they are shown."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from api.schemas.matches import CALIBRATED, CandidateMatch, VacancyMatch

_REFERRAL = "统筹分配选中的推荐；否则只是列出 / chosen by the allocation, not only listed"


class PublishedVacancy(VacancyMatch):
    """A vacancy in a seeker's published list."""

    is_referral: bool = Field(description=_REFERRAL)


class PublishedCandidate(CandidateMatch):
    """A seeker whose published list names the vacancy."""

    is_referral: bool = Field(description=_REFERRAL)


class PublishedMatches(BaseModel):
    """A page of what the newest run published for one seeker (`vacancies`) or one vacancy (`candidates`)."""

    run_id: str
    as_of: date = Field(description="匹配的数据日期 / day of the run's data")
    calibrated: bool = Field(description=CALIBRATED)
    vacancies: list[PublishedVacancy] = Field(description="求职者的名单 / of a seeker, in the order of the list")
    candidates: list[PublishedCandidate] = Field(
        description="岗位的名单，成功率高者在前 / of a vacancy, likeliest first"
    )
    next_cursor: str | None = Field(None, description="下一页的 cursor；无则为末页 / absent on the last page")
