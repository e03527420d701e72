"""The employment assessment of planned projects."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError

from api.jobs.assess_project import assess, checked
from api.routes.dependencies import Live, OpenServices, Today
from api.schemas.problem import declared
from api.schemas.projects import ProjectAnswer, ProjectFields, project_answer
from data.ingest.project_file import planned_project

router = APIRouter(prefix="/v1/projects", tags=["就业评估 projects"])


@router.post("/assess", summary="投资项目就业评估 / assess a planned project", responses=declared(413, 422, 503))
def assess_project(project: ProjectFields, services: OpenServices, live: Live, today: Today) -> ProjectAnswer:
    """不保存。岗位与今天的市场放在一起，按夜间的分配求解两次：有项目与没有项目；两万求职者约半分钟。
    违法条件、低于最低工资、过期日期、无法识别的职业均拒绝并说明。

    Nothing is stored. The posts are set beside today's market and the night's allocation is solved twice, with and
    without them; 20,000 seekers take about half a minute. A post with an unlawful condition, pay below the minimum
    wage, a day that is past, or an occupation that is not recognised is refused with the reason.
    """
    posts = [(number, post.as_planned(project.name)) for number, post in enumerate(project.posts, start=1)]
    planned = checked(planned_project(project.name, posts, today=today), services.coder)
    if len(planned.parsed.rejects):
        raise RequestValidationError([_fault(row) for row in planned.parsed.rejects.to_dict("records")])
    return project_answer(assess(services, live, planned))


_FIELD_OF = {
    "到岗日期": "starts_on", "岗位名称": "title", "岗位描述": "description", "薪资": "wage_min_cny_month",
    "招聘人数": "headcount", "经验要求": "experience_min_years",
}  # fmt: skip


def _fault(reject: Mapping[Hashable, Any]) -> dict[str, Any]:
    """A post that is refused, as one fault of the request."""
    field = [_FIELD_OF[reject["file_column"]]] if reject["file_column"] in _FIELD_OF else []
    return {
        "type": "zhuye",
        "loc": ("body", "posts", int(reject["file_row"]) - 1, *field),
        "msg": f"应为 / expected: {reject['expected']}；收到 / found: {reject['found']}",
        "input": reject["found"],
    }
