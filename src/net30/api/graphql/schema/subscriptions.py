"""Subscriptions: what a client hears of without asking again: jobs and alerts as they change."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, cast

import strawberry

from net30.api.graphql.operation import Operation
from net30.api.graphql.schema.records import Kind, Records, Value, add_field, new_type
from net30.api.graphql.watching import Topic
from net30.api.routes.jobs import JobRow, row_of
from net30.domain.alert import Alert
from net30.domain.identity.roles import Permission
from net30.domain.job import Job, JobState
from net30.kernel.jsonable import jsonable
from net30.services.alerts.check_alerts import OPEN
from net30.services.context import ReadContext
from net30.services.jobs.watch_jobs import as_seen


@dataclass(frozen=True, slots=True)
class Heard:
    """A subscription: its topic, what each event is, and what one needs to hear it."""

    topic: Topic
    gives: type
    needs: Permission
    about: str


def _job(ctx: ReadContext, job: Job) -> Value:
    return jsonable(row_of(as_seen(ctx, job), ctx.now))


def _alert(_ctx: ReadContext, alert: Alert) -> Value:
    return jsonable(alert)


SUBSCRIPTIONS = (
    Heard(
        Topic("jobs", Job, JobState.RUNNING.value, _job),
        JobRow,
        Permission.JOBS_READ,
        "The jobs that run, each again when it is further or has ended",
    ),
    Heard(
        Topic("alerts", Alert, OPEN, _alert),
        Alert,
        Permission.COLLECTIONS_READ,
        "The alerts that are open, each again when it changes, and the new ones",
    ),
)


def subscription_type(records: Records) -> Kind:
    """Return the type of all subscriptions."""
    kind = new_type("Subscription", "What can be heard of as it happens, as a stream of events.")
    for one in SUBSCRIPTIONS:
        add_field(
            kind,
            one.topic.name,
            records.shape(one.gives),
            resolver=_resolver(one),
            about=f"{one.about}. Needs {one.needs}.",
            streams=True,
        )
    return kind


def _resolver(one: Heard) -> Callable[..., AsyncIterator[Any]]:  # Any: JSON
    async def heard(info: strawberry.Info) -> AsyncIterator[Any]:
        operation = cast("Operation", info.context)
        operation.principal.need(one.needs)
        async for row in operation.watching.changes(operation.app, one.topic):
            yield row

    return heard
