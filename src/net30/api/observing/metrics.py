"""Metrics: /metrics for Prometheus: requests by route, and whether the business goes on.

This machine's own scraper needs no key and sees sums over all organisations; a key with the
permissions sees its own organisation's. No label holds a tenant's data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from net30.api.answers.problem import problem
from net30.api.auth import sender_of
from net30.api.house import House
from net30.api.middleware.request_id import request_id_of
from net30.api.observing.rates import Rates
from net30.domain.identity.roles import Permission
from net30.kernel.errors import Net30Error
from net30.kernel.this_machine import is_this_machine
from net30.services.jobs.order_backup import last_backup
from net30.services.streaming.facts_waiting import FactsWaiting, FactsWatch
from net30.services.vitals import Vitals, vitals

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
NEEDS = (Permission.FIGURES_READ, Permission.JOBS_READ)
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""Who comes through a proxy of this machine is not of this machine."""


def add_metrics(api: FastAPI, house: House, rates: Rates) -> None:
    """Serve /metrics."""
    watch = FactsWatch(house.app.world)

    def metrics(request: Request) -> Response:
        """Tell how requests and the business go, for Prometheus."""
        try:
            organisations = _organisations(house, request)
            found = _vitals(house, organisations)
            backup = _backup(house, organisations)
        except Net30Error as error:
            return problem(error, request_id_of(request.scope))
        registry = CollectorRegistry()
        registry.register(_Told(found, backup))
        if _is_this_machine(request):
            registry.register(_Streamed(watch.look()))
        content = generate_latest(rates.registry) + generate_latest(registry)
        return Response(content, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})

    api.add_api_route("/metrics", metrics, methods=["GET"], include_in_schema=False)


def _organisations(house: House, request: Request) -> tuple[str, ...]:
    """Return whose vitals are told; raise Forbidden for who may see none."""
    if _is_this_machine(request):
        return house.app.world.store.organisations()
    return (house.doorman.admit(request, NEEDS).organisation,)


def _is_this_machine(request: Request) -> bool:
    """Tell whether a program of this machine asks us directly, by this machine's own name."""
    if any(name in request.headers for name in (*FORWARDED, "authorization")):
        return False
    return is_this_machine(sender_of(request)) and is_this_machine(request.url.hostname or "")


def _vitals(house: House, organisations: tuple[str, ...]) -> Vitals:
    return vitals(house.app.world, lambda one: house.app.of(one).look("metrics"), organisations)


def _backup(house: House, organisations: tuple[str, ...]) -> tuple[float, float] | None:
    """Return age and size of the latest backup; who sees other organisations only is told none."""
    if house.app.organisation not in organisations:
        return None
    with house.app.look("metrics") as ctx:
        last = last_backup(ctx)
        if last is None:
            return None
        return (ctx.now - last.began).total_seconds(), json.loads(last.result)["size"]


class _Told(Collector):
    """The vitals as Prometheus takes them."""

    def __init__(self, found: Vitals, backup: tuple[float, float] | None) -> None:
        self._found = found
        self._backup = backup

    def collect(self) -> Iterator[Metric]:
        """Yield each gauge."""
        found = self._found
        yield _one("net30_organisations", "Organisations.", found.organisations)
        yield _one("net30_jobs_running", "Long work under way.", found.jobs_running)
        yield _one(
            "net30_numbers_given", "Numbers given to documents, all series.", found.numbers_given
        )
        balance = GaugeMetricFamily(
            "net30_balance", "What customers owe, in major units.", labels=("currency", "state")
        )
        for currency, amount in sorted(found.open_balance.items()):
            balance.add_metric((currency, "open"), float(amount))
            balance.add_metric((currency, "overdue"), float(found.overdue_balance[currency]))
        yield balance
        events = GaugeMetricFamily(
            "net30_events_waiting", "Events to take in.", labels=("projection",)
        )
        oldest = GaugeMetricFamily(
            "net30_oldest_event_seconds", "Age of the oldest of them.", labels=("projection",)
        )
        for projection, backlog in sorted(found.backlog.items()):
            events.add_metric((projection,), backlog.events)
            oldest.add_metric((projection,), backlog.seconds)
        yield events
        yield oldest
        if self._backup:
            age, size = self._backup
            yield _one("net30_backup_age_seconds", "Age of the latest good backup.", age)
            yield _one("net30_backup_bytes", "Its size.", size)


class _Streamed(Collector):
    """How far the facts of the stream are taken in, by partition."""

    def __init__(self, found: FactsWaiting | None) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        """Yield each gauge; none where no stream is read."""
        if self._found is None:
            return
        yield _one("net30_stream_up", "Whether the stream answers.", int(self._found.answers))
        waiting = GaugeMetricFamily(
            "net30_stream_facts_waiting", "Facts not taken in yet.", labels=("partition",)
        )
        for lag in self._found.partitions:
            waiting.add_metric((str(lag.partition),), lag.waiting)
        yield waiting


def _one(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)
