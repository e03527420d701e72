"""The tables of the job queue: procrastinate's own files, applied and taken back by our migrations."""

from __future__ import annotations

from importlib import import_module

from procrastinate.schema import SchemaManager, migrations_path
from sqlalchemy import Engine, inspect, text

from data.storage.database import migrate

CATALOGUE = """
SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = CAST(:s AS regnamespace)
UNION ALL SELECT 'column ' || concat_ws(' ', table_name, column_name, data_type, udt_name, is_nullable, column_default)
  FROM information_schema.columns WHERE table_schema = CAST(:s AS text)
UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = CAST(:s AS text)
UNION ALL SELECT 'constraint ' || conname || pg_get_constraintdef(oid) FROM pg_constraint
  WHERE connamespace = CAST(:s AS regnamespace)
UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
  WHERE NOT tgisinternal AND relnamespace = CAST(:s AS regnamespace)
UNION ALL SELECT 'value ' || typname || ' ' || string_agg(enumlabel, ' ' ORDER BY enumsortorder)
  FROM pg_enum e JOIN pg_type t ON t.oid = enumtypid WHERE typnamespace = CAST(:s AS regnamespace) GROUP BY typname
"""


def catalogue(engine: Engine, schema: str) -> list[str]:
    with engine.connect() as connection:
        rows = connection.execute(text(CATALOGUE), {"s": schema}).scalars()
        return sorted(row.replace(schema, "") for row in rows)


def test_the_migrated_queue_is_the_one_that_this_procrastinate_expects(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA expected"))
        connection.execute(text("SET LOCAL search_path TO expected"))
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(SchemaManager.get_schema())
    migrated = catalogue(engine, "job_queue")
    assert len(migrated) > 80
    assert migrated == catalogue(engine, "expected")


def test_a_release_of_procrastinate_with_later_files_needs_a_migration_of_ours() -> None:
    migration = import_module("data.storage.migrations.versions.0003_job_queue")
    assert max(file.name for file in migrations_path.glob("*.sql")) == migration.LAST_FILE


def test_the_queue_goes_down_and_comes_up_again(engine: Engine) -> None:
    before = catalogue(engine, "job_queue")
    migrate(engine, "base")
    assert "job_queue" not in inspect(engine).get_schema_names()
    migrate(engine)
    assert catalogue(engine, "job_queue") == before
