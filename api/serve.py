"""Starts the HTTP server."""

from __future__ import annotations

from api.bootstrap import open_services
from api.security import check_binding
from api.service_settings import Settings


def serve_api(settings: Settings) -> None:
    """Serve until interrupted.

    Raises
    ------
    ConfigurationError
        The address is open to the network and no API keys are set.
    """
    check_binding(settings)
    import uvicorn

    from api.app import create_app

    uvicorn.run(create_app(open_services(settings)), host=settings.host, port=settings.port, log_config=None)
