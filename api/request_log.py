"""Each request gets an identifier, a size limit, one line in the log, and an answer even when code fails.

The log holds the route's template and its outcome, never a path, a query or a body: these may hold
personal data.
"""

from __future__ import annotations

import re
import time
import traceback
import uuid

import structlog
from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.error_handlers import problem_response

REQUEST_ID_HEADER = "X-Request-ID"
_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_log = structlog.get_logger("zhuye.api")


class RequestLog:
    """ASGI middleware, the outermost of the application.

    Parameters
    ----------
    body_limit_bytes
        A larger request body is refused with 413, by its declared length or while it arrives.
    """

    def __init__(self, app: ASGIApp, *, body_limit_bytes: int) -> None:
        self.app = app
        self.body_limit_bytes = body_limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get(REQUEST_ID_HEADER, "")
        request_id = given if _ACCEPTABLE_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        start = time.perf_counter()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                MutableHeaders(scope=message)[REQUEST_ID_HEADER] = request_id
            await send(message)

        try:
            declared = headers.get("content-length", "")
            if declared.isdigit() and int(declared) > self.body_limit_bytes:
                await self._too_large(request_id)(scope, receive, answer)
            else:
                await self.app(scope, self._limited(receive), answer)
        except Exception as error:  # noqa: BLE001  the last resort: nothing of it may reach the caller
            _log.error("unexpected_error", request_id=request_id, error=type(error).__name__, where=_frames(error))
            if status == 0:
                await problem_response(
                    500,
                    "internal",
                    "内部错误 / internal error",
                    f"服务内部出错，请把编号 {request_id} 告诉管理员 / something failed inside the service: "
                    f"give the administrator the number {request_id}",
                    request_id,
                )(scope, receive, answer)
        finally:
            route = scope.get("route")
            _log.info(
                "request",
                request_id=request_id,
                method=scope["method"],
                route=getattr(route, "path", None),
                status=status,
                milliseconds=round(1000 * (time.perf_counter() - start), 1),
            )

    def _limited(self, receive: Receive) -> Receive:
        arrived = 0

        async def limited() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > self.body_limit_bytes:
                raise HTTPException(413)
            return message

        return limited

    def _too_large(self, request_id: str) -> ASGIApp:
        return problem_response(
            413,
            "too-large",
            "请求过大 / request too large",
            f"请求内容最多 {self.body_limit_bytes} 字节 / a request body holds at most {self.body_limit_bytes} bytes",
            request_id,
        )


def _frames(error: BaseException) -> list[str]:
    """Where it failed. Messages of exceptions are left out: they may quote the data that failed."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)][
        -12:
    ]
