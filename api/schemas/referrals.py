"""Referrals at the edge: what is reported of them, and what is shown."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from api.schemas.fields import StoredIdentifier, Wage, fault
from api.schemas.problem import FieldProblem
from data.records import ImportOutcome, ReferralEventKind

Evidence = Literal["social_insurance", "contract", "employer_confirms", "seeker_reports"]
MOST_EVENTS = 1000
_EARLIEST = date(1900, 1, 1)


class EventReport(BaseModel):
    """Something that happened to a referral. It names the referral, or a seeker and a vacancy."""

    model_config = ConfigDict(extra="forbid")

    referral_id: StoredIdentifier | None = Field(None, description="推荐编号 / referral")
    seeker_id: StoredIdentifier | None = Field(None, description="求职者编号 / seeker")
    vacancy_id: StoredIdentifier | None = Field(None, description="岗位编号 / vacancy")
    event: ReferralEventKind = Field(
        description="推荐 referred、接受 seeker_accepted、谢绝 seeker_declined、面试 interviewed、录用 hired、"
        "未录用 rejected、上岗 started、离职 left"
    )
    occurred_on: date = Field(description="日期 / day it happened")
    evidence: Evidence | None = Field(
        None, description="上岗的证据：社保、合同、用人单位确认、本人报告 / how a start is proved"
    )
    wage_cny_month: Wage | None = Field(
        None, description="录用或上岗的月薪（元） / of a hiring or a start, CNY a month"
    )

    @field_validator("occurred_on")
    @classmethod
    def _possible(cls, value: date) -> date:
        if value < _EARLIEST:
            raise fault(f"日期 {value} 不可能", f"the day {value} is impossible")
        return value

    @model_validator(mode="after")
    def _names_a_referral(self) -> EventReport:
        if self.referral_id is None and (self.seeker_id is None or self.vacancy_id is None):
            raise fault(
                "请给出 referral_id，或 seeker_id 与 vacancy_id", "give referral_id, or both seeker_id and vacancy_id"
            )
        return self


class EventReports(BaseModel):
    """Events to append to the ledger."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "events": [
                        {"seeker_id": "S-1", "vacancy_id": "V-1", "event": "referred", "occurred_on": "2026-06-01"},
                        {
                            "seeker_id": "S-1",
                            "vacancy_id": "V-1",
                            "event": "started",
                            "occurred_on": "2026-06-20",
                            "evidence": "contract",
                            "wage_cny_month": 5200,
                        },
                    ]
                }
            ]
        },
    )

    events: list[EventReport] = Field(min_length=1, max_length=MOST_EVENTS, description="事件 / events, in any order")


class EventOutcome(BaseModel):
    """Where one event ended."""

    outcome: ImportOutcome = Field(
        description="stored 已存入 / duplicate 已有 / rejected 退回，原因见 problem / rejected: see problem"
    )
    referral_id: str | None = Field(description="所属推荐；不明则空 / the referral it belongs to, null if not known")
    problem: FieldProblem | None = Field(None, description="退回的原因 / why it was rejected")


class EventOutcomes(BaseModel):
    """What became of each event, in the order sent. The stored ones are stored whatever became of the others."""

    stored: int
    duplicate: int
    rejected: int
    results: list[EventOutcome]


class ReferralEvent(BaseModel):
    """An event as it stands in the ledger."""

    event: ReferralEventKind
    event_zh: str = Field(description="中文名 / its name in Chinese")
    occurred_on: date
    evidence: Evidence | None
    wage_cny_month: float | None


class Referral(BaseModel):
    """A referral with what happened to it, in order."""

    referral_id: str
    seeker_id: str
    vacancy_id: str
    referred_on: date = Field(description="推荐日期；未报则为首个事件之日 / day sent, else that of its first event")
    run_id: str | None = Field(description="出自哪次匹配 / the match run that listed it")
    position: int | None = Field(description="在名单中的名次 / place in the seeker's list of that run")
    source: str = Field(description="来源 / where the record came from")
    events: list[ReferralEvent]


class ReferralPage(BaseModel):
    """One page of a person's referrals, the latest first."""

    items: list[Referral]
    next_cursor: str | None = Field(None, description="下一页的 cursor；无则为末页 / absent on the last page")
