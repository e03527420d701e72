"""PostgreSQL: tables, migrations, repositories, encrypted identities, model artefacts."""
