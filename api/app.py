"""The HTTP application: routes, keys, errors, the log and the OpenAPI page, around opened services."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import structlog
from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse

from api.bootstrap import Services
from api.docs_page import docs_page
from api.error_handlers import add_error_handlers
from api.live_market import LiveMarket
from api.request_log import RequestLog
from api.routes import (
    matches,
    orders,
    planning,
    projects,
    published,
    published_courses,
    referrals,
    seekers,
    service,
    startup,
    startup_support,
    vacancies,
)
from api.schemas.problem import Problem, declared
from api.security import accepted_keys, key_check
from data.errors import ZhuyeError

BODY_LIMIT_BYTES = 256 * 1024
_log = structlog.get_logger("zhuye.api")

_DESCRIPTION = """
公共就业匹配服务：求职者与岗位双向匹配、培训推荐。错误以 RFC 9457 problem+json 返回。

A public employment matching service: two-sided matching of people and work, and training that leads there.
Errors are RFC 9457 problem details. A score is a probability of placement where `calibrated` is true; else it only
orders the list. It is never a similarity.
"""


def create_app(
    services: Services, *, today: Callable[[], date] = date.today, body_limit_bytes: int = BODY_LIMIT_BYTES
) -> FastAPI:
    """The application on these services.

    Models and market are loaded in the background at the start; until then answers that need them wait,
    and where something is missing they are 503 and say what.

    Raises
    ------
    ConfigurationError
        An API key is too short.
    """
    live_market = LiveMarket(services, today)

    def warm_up() -> None:
        try:
            live_market.current()
            _ = services.ranker, services.coder
        except ZhuyeError as error:
            _log.warning("not_ready", problem=error.problem, remedy=error.remedy)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        thread = threading.Thread(target=warm_up, name="warm up", daemon=True)
        thread.start()
        yield
        thread.join()

    app = FastAPI(
        title="助业 Zhuye", version="0.1.0", description=_DESCRIPTION, lifespan=lifespan, docs_url=None, redoc_url=None
    )
    app.state.services, app.state.live_market, app.state.today = services, live_market, today
    app.include_router(service.probes)
    needs_key = [Depends(key_check(accepted_keys(services.settings)))]
    routers = (
        matches.router, seekers.router, vacancies.router, referrals.router, planning.router, service.rules,
        service.router, published.router, published_courses.router, orders.router, projects.router, startup.router,
        startup_support.router,
    )  # fmt: skip
    for router in routers:
        app.include_router(router, dependencies=needs_key, responses=declared(401, 500))
    app.add_api_route("/docs", lambda: HTMLResponse(docs_page(app.openapi())), include_in_schema=False)
    add_error_handlers(app)
    app.add_middleware(RequestLog, body_limit_bytes=body_limit_bytes)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # the way FastAPI documents
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"] |= {**problem.pop("$defs"), "Problem": problem}
        app.openapi_schema = schema
    return app.openapi_schema
