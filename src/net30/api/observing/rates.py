"""Rates: requests, errors and durations of each route, counted for Prometheus."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.samples import Sample

from net30.api.observing.seen import Seen

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


def _samples(metric: Counter | Histogram, name: str) -> Iterator[Sample]:
    for family in metric.collect():
        yield from (sample for sample in family.samples if sample.name == name)


def _route(sample: Sample) -> str:
    return f"{sample.labels['method']} {sample.labels['route']}"


def _within(rows: list[tuple[float, float]], share: float) -> float:
    """Return the upper end of the bucket in which a share of the requests is reached."""
    whole = max(count for _, count in rows)
    return min(end for end, count in rows if count >= share * whole)


class Rates:
    """The counters of one server."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._requests = Counter(
            "net30_requests",
            "Requests answered, by route.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "net30_request_seconds",
            "Seconds until the answer was complete.",
            ("method", "route"),
            buckets=SECONDS,
            registry=self.registry,
        )

        # Of each method, route and status; finding the two costs more than counting.
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def loads(self) -> list[tuple[str, int, int, float, float]]:
        """Return of each route: requests, faults of ours, seconds that 50 and 95 % stayed within.

        The seconds are upper ends of buckets; infinite above the last one.
        """
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for sample in _samples(self._requests, "net30_requests_total"):
            route, fault = _route(sample), sample.labels["status"] >= "500"
            counts[route][0] += int(sample.value)
            counts[route][1] += int(sample.value) * fault
        buckets: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for sample in _samples(self._seconds, "net30_request_seconds_bucket"):
            buckets[_route(sample)].append((float(sample.labels["le"]), sample.value))
        return [
            (route, counts[route][0], counts[route][1], _within(rows, 0.5), _within(rows, 0.95))
            for route, rows in sorted(buckets.items())
        ]

    def tell(self, seen: Seen) -> None:
        """Count a request."""
        which = seen.method, seen.route, seen.status
        known = self._known.get(which)
        if known is None:
            requests = self._requests.labels(seen.method, seen.route, str(seen.status))
            known = self._known[which] = requests, self._seconds.labels(seen.method, seen.route)
        requests, seconds = known
        requests.inc()
        seconds.observe(seen.seconds)
