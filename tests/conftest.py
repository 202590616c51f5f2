"""What all tests share: examples are drawn without a time limit, on a machine that may be busy."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:  # few tests need it
    from tests.doubles.kafka_cluster import KafkaCluster

# As `net30 train` does: threads of learning libraries that spin slow a busy machine down.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

settings.register_profile("net30", deadline=None)
settings.load_profile("net30")


@pytest.fixture(scope="session")
def kafka() -> Iterator[KafkaCluster]:
    """A Kafka cluster for the whole session; each test has topics and groups of its own."""
    from tests.doubles.kafka_cluster import kafka_cluster

    with kafka_cluster() as cluster:
        yield cluster
