"""Turns every failure into RFC 9457 problem details, in Chinese first and English second."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from api.schemas.problem import PROBLEM_MEDIA_TYPE, FieldProblem, Problem
from api.validation_messages import field_problem
from data.errors import (
    ConfigurationError,
    ConflictError,
    DataError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
    ZhuyeError,
)

_KINDS: dict[type[ZhuyeError], tuple[int, str, str]] = {
    DataError: (422, "data", "数据有误 / bad data"),
    NotFoundError: (404, "not-found", "不存在 / not found"),
    ConflictError: (409, "conflict", "与现有数据冲突 / conflict with what is stored"),
    NotAllowedError: (403, "not-allowed", "不允许 / not allowed"),
    UnavailableError: (503, "unavailable", "暂不可用 / not available now"),
    ConfigurationError: (500, "configuration", "服务配置有误 / the service is configured wrongly"),
}
_STATUSES: dict[int, tuple[str, str, str]] = {
    400: ("malformed-json", "不是有效的 JSON / not valid JSON",
          "请求内容无法解析：嵌套过深，或数字的位数过多 / "
          "the body cannot be parsed: it is nested too deeply, or a number has too many digits"),
    401: ("unauthorised", "需要密钥 / a key is needed",
          "请在请求头 Authorization: Bearer 后给出有效密钥 / send a valid key in the header Authorization: Bearer"),
    404: ("not-found", "不存在 / not found", "没有这个地址，见 /docs / there is no such address, see /docs"),
    405: ("wrong-method", "方法不对 / wrong method",
          "此地址不接受该方法，见响应头 Allow / this address does not take that method, see the header Allow"),
    413: ("too-large", "请求过大 / request too large", "请求内容过大 / the request body is too large"),
}  # fmt: skip


def problem_response(
    status: int,
    kind: str,
    title: str,
    detail: str,
    request_id: str,
    errors: list[FieldProblem] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """An answer with problem details of the type `urn:zhuye:problem:{kind}`."""
    problem = Problem(
        type=f"urn:zhuye:problem:{kind}",
        title=title,
        status=status,
        detail=detail,
        instance=f"urn:zhuye:request:{request_id}",
        errors=errors or [],
    )
    return JSONResponse(
        problem.model_dump(mode="json", exclude_none=True),
        status_code=status,
        media_type=PROBLEM_MEDIA_TYPE,
        headers=headers,
    )


def add_error_handlers(app: FastAPI) -> None:
    """Let `app` answer expected failures, invalid requests and HTTP errors with problem details."""
    app.add_exception_handler(ZhuyeError, _expected_failure)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    for kind in (OperationalError, InterfaceError, PoolTimeout):
        app.add_exception_handler(kind, _database_down)


def _expected_failure(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ZhuyeError)
    status, kind, title = next(
        (found for error_type, found in _KINDS.items() if isinstance(error, error_type)),
        (500, "internal", "内部错误 / internal error"),
    )
    detail = f"{error.problem} → {error.remedy}" if error.remedy else error.problem
    headers = {"Retry-After": "30"} if status == 503 else None
    return problem_response(status, kind, title, detail, request.state.request_id, headers=headers)


def _database_down(request: Request, _: Exception) -> JSONResponse:
    # What the driver says holds addresses and statements: it is for the log of the database, not for callers.
    return problem_response(
        503,
        "unavailable",
        "暂不可用 / not available now",
        "数据库无法连接 / the database does not answer → 稍后再试；管理员请运行 zhuye doctor / try again later; "
        "the administrator runs zhuye doctor",
        request.state.request_id,
        headers={"Retry-After": "30"},
    )


def _invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults: list[Any] = list(error.errors())
    if any(fault["type"] == "json_invalid" for fault in faults):
        return problem_response(
            400,
            "malformed-json",
            "不是有效的 JSON / not valid JSON",
            f"请求内容不是有效的 JSON，错在第 {faults[0]['loc'][-1]} 个字符附近 / the body is not valid JSON, "
            f"wrong near character {faults[0]['loc'][-1]}",
            request.state.request_id,
        )
    return problem_response(
        422,
        "validation",
        "请求内容有误 / the request is not valid",
        f"{len(faults)} 处错误，见 errors / {len(faults)} fault(s), see errors",
        request.state.request_id,
        [field_problem(fault) for fault in faults],
    )


def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind, title, detail = _STATUSES.get(
        error.status_code, ("http", f"HTTP {error.status_code}", str(error.detail))
    )  # fmt: skip
    headers = dict(error.headers) if error.headers else None
    return problem_response(error.status_code, kind, title, detail, request.state.request_id, headers=headers)
