"""Without keys only this machine may call; with keys only their holders."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.error_handlers import add_error_handlers
from api.request_log import RequestLog
from api.security import accepted_keys, check_binding, is_loopback, key_check
from api.service_settings import Settings
from data.errors import ConfigurationError

KEY, OTHER = "k" * 20, "密钥" * 10


def settings(host: str = "127.0.0.1", keys: str | None = None) -> Settings:
    return Settings(home=Path("var"), host=host, api_keys=SecretStr(keys) if keys is not None else None)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("[::1]", True), ("localhost", True),
     ("0.0.0.0", False), ("::", False), ("10.0.0.5", False), ("localhost.example.org", False), ("", False)],
)  # fmt: skip
def test_which_addresses_only_this_machine_reaches(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    ("host", "keys", "allowed"),
    [("127.0.0.1", None, True), ("0.0.0.0", None, False), ("0.0.0.0", "", False), ("0.0.0.0", " , ", False),
     ("0.0.0.0", KEY, True), ("127.0.0.1", KEY, True)],
)  # fmt: skip
def test_an_open_address_needs_keys(host: str, keys: str | None, allowed: bool) -> None:
    if allowed:
        check_binding(settings(host, keys))
    else:
        with pytest.raises(ConfigurationError, match="ZHUYE_API_KEYS is not set"):
            check_binding(settings(host, keys))


def test_a_key_that_could_be_guessed_is_refused_and_not_shown() -> None:
    with pytest.raises(ConfigurationError, match="key 2 has 5 characters") as caught:
        accepted_keys(settings(keys=f"{KEY}, 12345"))
    assert "12345" not in str(caught.value)


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    add_error_handlers(app)
    app.add_middleware(RequestLog, body_limit_bytes=1000)
    check = key_check(accepted_keys(settings(keys=f"{KEY},{OTHER}")))
    app.add_api_route("/closed", lambda: "in", dependencies=[Depends(check)])
    app.add_api_route("/open", lambda: "in", dependencies=[Depends(key_check(()))])
    return TestClient(app)


@pytest.mark.parametrize(
    ("header", "status"),
    [(None, 401), ("Bearer ", 401), (f"Bearer {KEY}x", 401), (f"Bearer {KEY[:-1]}", 401), (f"Basic {KEY}", 401),
     (f"Bearer {KEY}", 200), (f"bearer {KEY}", 200)],
)  # fmt: skip
def test_a_request_needs_one_of_the_keys(client: TestClient, header: str | None, status: int) -> None:
    response = client.get("/closed", headers={"Authorization": header} if header else {})
    assert response.status_code == status
    if status == 401:
        assert response.headers["www-authenticate"] == "Bearer"
        assert response.json()["type"] == "urn:zhuye:problem:unauthorised"


def test_where_no_key_is_configured_none_is_asked(client: TestClient) -> None:
    assert client.get("/open").status_code == 200
