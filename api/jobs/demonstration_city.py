"""The demonstration: a synthetic city, models, one overnight match. What exists already is used again."""

from __future__ import annotations

import json
from datetime import date

from api.bootstrap import Services
from api.jobs.stages import Stages
from api.jobs.train_models import train_models
from data.columns import Records
from data.errors import ConflictError
from data.records import RecordStatus
from data.startup_columns import INCUBATORS, MENTORS, STARTUP_WISHES
from data.storage.identity_repository import store_identities
from data.storage.record_paging import identifiers_after
from data.storage.record_repository import count_records, store_records
from data.storage.startup_repository import put_startup_records, read_startup_records
from data.synthetic_city.city import build_city
from data.synthetic_city.hiring_truth import save_truth
from data.synthetic_city.settings import CitySettings
from data.synthetic_city.startups import make_startups

_NOTE = "city.json"
"""In the run-time folder: from which settings its city was built."""


def ensure_city(services: Services, stages: Stages, settings: CitySettings) -> None:
    """Build the city into an empty database; do nothing where the same city (whatever its day) is there.

    Raises
    ------
    ConflictError
        The database holds other records: synthetic and real ones are not mixed.
    """
    note = services.settings.home / _NOTE
    wanted = {name: getattr(settings, name) for name in ("seed", "seekers", "vacancies", "courses", "history_months")}
    with services.engine.connect() as connection:
        counts = count_records(connection)
    if counts["seekers"] or counts["vacancies"]:
        built = json.loads(note.read_text(encoding="utf-8")) if note.is_file() else None
        if built != wanted:
            raise ConflictError(
                f"the database holds {counts['seekers']} seekers and {counts['vacancies']} vacancies "
                + (f"of another demonstration city ({built})" if built else "that are no demonstration city"),
                remedy="build the city in a folder of its own: ZHUYE_HOME=var-demo zhuye city",
            )
        stages.console.print("  演示城市已存在，直接使用 / the demonstration city is there already")
        _ensure_startups(services, settings)
        return
    with stages.stage("生成合成城市 / build the synthetic city"):
        city = build_city(settings)
        save_truth(city.truth, services.settings.home / "truth")
    with stages.stage("写入数据库 / store it"), services.engine.begin() as connection:
        store_records(connection, city.records)
        store_identities(connection, city.identities, services.personal_data_key)
        note.write_text(json.dumps(wanted), encoding="utf-8")
    _ensure_startups(services, settings)


def _ensure_startups(services: Services, settings: CitySettings) -> None:
    """Support for start-ups and people who want to start, where the city was built without."""
    with services.engine.begin() as connection:
        if len(read_startup_records(connection, INCUBATORS)):
            return
        everybody = identifiers_after(connection, "seekers", "", settings.seekers * 10, RecordStatus.OPEN)
        made = make_startups(settings, everybody)
        store_records(connection, Records.of(courses=made.courses, course_runs=made.course_runs))
        for layout, table in ((INCUBATORS, made.incubators), (MENTORS, made.mentors), (STARTUP_WISHES, made.wishes)):
            put_startup_records(connection, layout, table)


def run_demonstration(services: Services, stages: Stages, settings: CitySettings, today: date) -> dict[str, object]:
    """City, models and match run, each made only where it is missing; returns the published run's summary."""
    from api.jobs.overnight.rematch import rematch

    ensure_city(services, stages, settings)
    if not services.settings.ranker_path.exists():
        train_models(services, stages, seed=settings.seed, today=today)
    return rematch(services, stages, today=today, seed=settings.seed)
