"""Log: a line for each request: who, which route, how it ended, how long it took."""

from __future__ import annotations

import logging

from net30.api.observing.seen import Seen

log = logging.getLogger("net30.request")


def tell(seen: Seen) -> None:
    """Log a request; one that we failed is an error."""
    level = logging.ERROR if seen.is_fault else logging.INFO
    if not log.isEnabledFor(level):
        return
    log.log(
        level,
        "request",
        extra={
            "request_id": seen.request_id,
            "user": seen.user,
            "organisation": seen.organisation,
            "method": seen.method,
            "route": seen.route,
            "status": seen.status,
            "ms": round(seen.seconds * 1000, 1),
        },
    )
