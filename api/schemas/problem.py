"""What an error answer looks like: RFC 9457 problem details, with the fields at fault."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

PROBLEM_MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    """One fault of a request."""

    pointer: str = Field(description="JSON 指针：出错的位置 / where (RFC 6901)", examples=["#/body/wage_min_cny_month"])
    detail: str = Field(description="说明，先中文后英文 / what is wrong, Chinese first, English second")
    found: str | None = Field(default=None, description="收到的值，个人信息除外 / what was sent, unless personal")
    expected: str | None = Field(default=None, description="应为 / what was expected")


class Problem(BaseModel):
    """RFC 9457 problem details."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:zhuye:problem:validation",
                    "title": "请求内容有误 / the request is not valid",
                    "status": 422,
                    "detail": "1 处错误 / 1 fault",
                    "instance": "urn:zhuye:request:6f2c1f0e",
                    "errors": [
                        {
                            "pointer": "#/body/wage_min_cny_month",
                            "detail": "应大于或等于 0，收到 -100 / expected ≥ 0, found -100",
                            "found": "-100",
                            "expected": "≥ 0",
                        }
                    ],
                }
            ]
        }
    )

    type: str = Field(description="错误种类 / kind of problem, a URN")
    title: str = Field(description="错误种类的名称 / name of the kind")
    status: int = Field(description="HTTP 状态码 / HTTP status")
    detail: str = Field(description="本次错误的说明与建议 / what happened and what to do")
    instance: str = Field(description="本次请求的编号，供查日志 / identifies the request in the log")
    errors: list[FieldProblem] = Field(default_factory=list, description="逐项错误 / each fault")


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route: these error statuses, each a problem."""
    return {
        status: {"description": _MEANING[status], "content": {PROBLEM_MEDIA_TYPE: {"schema": _SCHEMA}}}
        for status in statuses
    }


_SCHEMA = {"$ref": "#/components/schemas/Problem"}
_MEANING = {
    401: "缺少或错误的密钥 / key missing or wrong",
    403: "不允许 / not allowed",
    404: "不存在 / not found",
    409: "与现有数据冲突 / conflicts with what is stored",
    413: "请求过大 / request too large",
    422: "请求内容有误 / the request is not valid",
    500: "内部错误 / internal error",
    503: "暂不可用 / not available now",
}
