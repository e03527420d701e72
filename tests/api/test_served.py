"""The server as a person starts it: a process of its own, on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from api.app import create_app
from api.bootstrap import Services
from tests.api.conftest import today

SERVE = "from api.serve import serve_api; from api.service_settings import read_settings; serve_api(read_settings())"


def start(home: Path, port: int, database_url: str, embedder: Path, **environment: str) -> subprocess.Popen[bytes]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ZHUYE_")}
    given = {
        "ZHUYE_HOME": str(home), "ZHUYE_PORT": str(port), "ZHUYE_DATABASE_URL": database_url,
        "ZHUYE_EMBEDDER": str(embedder), **environment,
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", SERVE], env={**inherited, **given}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_real_server_answers_and_asks_for_its_key(database_url: str, embedder_folder: Path, home: Path) -> None:
    port, key = free_port(), "a-key-of-this-test-0123"
    with start(home, port, database_url, embedder_folder, ZHUYE_API_KEYS=key) as process:
        try:
            use(process, port, key)
        finally:
            process.terminate()


def use(process: subprocess.Popen[bytes], port: int, key: str) -> None:
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
        for _ in range(300):
            assert process.poll() is None, process.stdout and process.stdout.read().decode()
            try:
                assert http.get("/healthz").status_code == 200
                break
            except httpx2.ConnectError:
                time.sleep(0.1)
        assert http.get("/readyz").json()["status"] == "ready"
        assert http.get("/v1/vacancies").status_code == 401
        headers = {"Authorization": f"Bearer {key}"}
        vacancy = {"title": "电工", "employer": {"name": "长春某厂"}}
        assert http.post("/v1/vacancies", json=vacancy, headers=headers).status_code == 201
        assert len(http.get("/v1/vacancies", headers=headers).json()["items"]) == 1


def test_an_open_address_without_keys_does_not_start(database_url: str, embedder_folder: Path, home: Path) -> None:
    process = start(home, free_port(), database_url, embedder_folder, ZHUYE_HOST="0.0.0.0")
    output, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert b"ZHUYE_API_KEYS is not set" in output


def test_without_a_model_the_service_lives_and_says_what_is_missing(services: Services) -> None:
    without = Services(services.settings.model_copy(update={"embedder": "/nowhere/model"}), services.engine)
    with TestClient(create_app(without, today=today)) as client:
        assert client.get("/healthz").status_code == 200
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "/nowhere/model" in answer.json()["detail"]
        assert client.get("/v1/vacancies").status_code == 200


def test_without_a_database_the_answer_is_503_and_tells_no_address(services: Services) -> None:
    url = services.engine.url.set(database="absent_database")
    from sqlalchemy import create_engine

    engine = create_engine(url)
    with pytest.raises(OperationalError):
        engine.connect()
    client = TestClient(create_app(Services(services.settings, engine), today=today))
    answer = client.get("/v1/vacancies")
    assert answer.status_code == 503
    assert "absent_database" not in answer.text
