"""Who may call: API keys, and the rule that without keys only this machine may."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.service_settings import Settings
from data.errors import ConfigurationError

SHORTEST_KEY = 16
_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="api_key",
    description="密钥；未配置密钥时仅限本机 / an API key; where none is configured only this machine may call",
)


def accepted_keys(settings: Settings) -> tuple[str, ...]:
    """The API keys of `ZHUYE_API_KEYS` (comma between); none where it is unset or empty.

    Raises
    ------
    ConfigurationError
        A key is shorter than 16 characters: it could be guessed.
    """
    written = settings.api_keys.get_secret_value() if settings.api_keys else ""
    keys = tuple(key.strip() for key in written.split(",") if key.strip())
    for place, key in enumerate(keys, start=1):
        if len(key) < SHORTEST_KEY:
            raise ConfigurationError(
                f"ZHUYE_API_KEYS: key {place} has {len(key)} characters, expected at least {SHORTEST_KEY}",
                remedy='make one: python -c "import secrets; print(secrets.token_urlsafe(32))"',
            )
    return keys


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine reach this address. A name other than localhost counts as open."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_binding(settings: Settings) -> None:
    """Refuse to listen to a network without keys.

    Raises
    ------
    ConfigurationError
        `settings.host` is reachable from outside and no key is set, or a key is too short.
    """
    if not accepted_keys(settings) and not is_loopback(settings.host):
        raise ConfigurationError(
            f"the API would listen on {settings.host} to everybody: ZHUYE_API_KEYS is not set",
            remedy="set ZHUYE_API_KEYS to one or more keys (comma between), or listen on 127.0.0.1",
        )


def key_check(keys: tuple[str, ...]) -> Callable[..., None]:
    """A FastAPI dependency that lets a request pass which carries one of `keys`; any, where there are none.

    Keys are compared by their SHA-256 in constant time, and all of them, so that neither the time taken
    nor the length tells anything about a key.
    """
    digests = [hashlib.sha256(key.encode()).digest() for key in keys]

    def check(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> None:
        if not digests:
            return
        given = hashlib.sha256((credentials.credentials if credentials else "").encode()).digest()
        matches = [hmac.compare_digest(given, digest) for digest in digests]
        if not any(matches):
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})

    return check
