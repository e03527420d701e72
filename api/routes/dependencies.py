"""What routes are given: the opened services, the live market, the clock."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends, Request

from api.bootstrap import Services
from api.live_market import LiveMarket


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def _live_market(request: Request) -> LiveMarket:
    live: LiveMarket = request.app.state.live_market
    return live


def _today(request: Request) -> date:
    today: date = request.app.state.today()
    return today


OpenServices = Annotated[Services, Depends(_services)]
Live = Annotated[LiveMarket, Depends(_live_market)]
Today = Annotated[date, Depends(_today)]
