"""Starts the HTTP server."""

from __future__ import annotations

import socket
import sys

from api.bootstrap import open_services
from api.security import check_binding
from api.service_settings import Settings
from data.errors import UnavailableError


def serve_api(settings: Settings) -> None:
    """Serve until interrupted.

    Raises
    ------
    ConfigurationError
        The address is open to the network and no API keys are set.
    UnavailableError
        The address cannot be listened on.
    """
    check_binding(settings)
    try:
        socket.create_server((settings.host, settings.port)).close()
    except OSError as error:
        raise UnavailableError(
            f"cannot listen on {settings.host}:{settings.port}: {error.strerror}",
            remedy="stop what uses the port, or choose another: zhuye serve --port 8001",
        ) from error
    import uvicorn

    from api.app import create_app

    address = f"http://{settings.host}:{settings.port}"
    print(f"助业 {address} · 接口文档 / documentation {address}/docs · Ctrl-C 停止 / stops", file=sys.stderr)
    uvicorn.run(create_app(open_services(settings)), host=settings.host, port=settings.port, log_config=None)
