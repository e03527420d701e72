"""Is the service up, is it ready, and what did the last overnight run achieve."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes.dependencies import Live, OpenServices
from api.schemas.problem import declared
from api.schemas.service import HardRule, Health, Readiness, RunSummary
from data.errors import NotFoundError
from data.reference.market_rules import load_market_rules
from data.storage.run_repository import published_run
from matching.eligibility import RULES

probes = APIRouter(tags=["服务 service"])
rules = APIRouter(prefix="/v1/rules", tags=["匹配 matching"])
router = APIRouter(prefix="/v1/runs", tags=["匹配批次 match runs"])


@probes.get("/healthz", summary="进程在运行 / the process is up")
def health() -> Health:
    """不检查数据库与模型。/ Looks at neither database nor models."""
    return Health()


@probes.get("/readyz", summary="可以应答 / ready to answer", responses=declared(503))
def readiness(live: Live, services: OpenServices) -> Readiness:
    """数据库可达、模型与市场数据已载入；否则 503 并说明缺什么。

    The database answers, models and market are loaded; else 503, which says what is missing.
    """
    state = live.current()
    # Loading them is the check: a model that is missing or damaged raises, and the answer says which.
    _ = services.embedder, services.ranker, services.coder
    return Readiness(
        as_of=state.as_of,
        revision=state.revision,
        seekers=state.count("seekers"),
        vacancies=state.count("vacancies"),
        courses=len(state.delta.market.courses),
    )


@rules.get("", summary="硬性条件一览 / the hard rules")
def hard_rules() -> list[HardRule]:
    """每条规则、依据，以及未知时要问的问题。/ Each rule, its source, and what is asked where it is unknown."""
    return [
        *(HardRule(**{name: getattr(rule, name) for name in HardRule.model_fields}) for rule in RULES),
        *(
            HardRule(name=row.rule, zh=row.zh, en=row.en, question_zh=None, question_en=None, source=row.source)
            for row in load_market_rules().itertuples()
        ),
    ]


@router.get("/latest", summary="最近发布的匹配 / the newest published run", responses=declared(404, 503))
def latest_run(services: OpenServices) -> RunSummary:
    """只有完整的批次可见。/ Only whole runs are visible."""
    with services.engine.connect() as connection:
        run = published_run(connection)
    if run is None:
        raise NotFoundError(
            "尚无已发布的匹配 / no run is published yet", remedy="运行 zhuye rematch / run zhuye rematch"
        )
    return RunSummary(run_id=run.run_id, as_of=run.as_of, summary=run.summary)
