"""A Kafka cluster for tests: the mock cluster of librdkafka, in a process of its own.

It speaks Kafka's protocol over sockets: topics with partitions, idempotent producers, groups that
rebalance, commits. It keeps messages in memory, knows no TLS, no sign-in and no making of topics
by clients. `down`, `up` and `slow` are what a real cluster does at its worst.

python -m tests.doubles.kafka_cluster     prints its address; commands come by standard input
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import confluent_kafka

ONLY_BROKER = 1
NO_DELAY_MILLISECONDS = 10


@dataclass(frozen=True, slots=True)
class KafkaCluster:
    """A running cluster and the way to tell it what to do."""

    process: subprocess.Popen[str]
    bootstrap: str

    @property
    def url(self) -> str:
        """Return what NET30_STREAM_URL would be."""
        return f"kafka://{self.bootstrap}"

    def tell(self, *words: object) -> str:
        """Have a command done and return its answer."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def topic(self, name: str, partitions: int = 1) -> str:
        """Make a topic and return its name."""
        assert self.tell("topic", name, partitions) == "0"
        return name

    def down(self) -> None:
        """Close its connections and take no new ones."""
        self.tell("down")

    def up(self) -> None:
        """Be there again, with all messages."""
        self.tell("up")

    def slow(self, milliseconds: int) -> None:
        """Answer each request so late."""
        self.tell("slow", milliseconds)

    def advertise(self, host: str, port: int) -> None:
        """Have clients come by another address: that of a proxy."""
        self.tell("advertise", host, port)


@contextmanager
def kafka_cluster() -> Iterator[KafkaCluster]:
    """Lend a cluster of one broker."""
    command = (sys.executable, "-m", "tests.doubles.kafka_cluster")
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout
    assert process.stdin
    try:
        yield KafkaCluster(process, process.stdout.readline().strip())
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def _library() -> ctypes.CDLL:
    """Load the very library that the Python package brings: its mock has no Python of its own."""
    package = Path(confluent_kafka.__file__).parent
    (found,) = package.with_name("confluent_kafka.libs").glob("librdkafka-*")
    library = ctypes.CDLL(str(found))
    for name in ("rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_mock_cluster_new"):
        getattr(library, name).restype = ctypes.c_void_p
    library.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
    return library


def main() -> None:
    """Run a cluster until standard input ends."""
    library = _library()
    told = ctypes.create_string_buffer(512)
    conf = ctypes.c_void_p(library.rd_kafka_conf_new())
    client = ctypes.c_void_p(library.rd_kafka_new(0, conf, told, ctypes.c_size_t(512)))
    cluster = ctypes.c_void_p(library.rd_kafka_mock_cluster_new(client, ONLY_BROKER))
    library.rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, NO_DELAY_MILLISECONDS)
    address: bytes = library.rd_kafka_mock_cluster_bootstraps(cluster)
    sys.stdout.write(f"{address.decode()}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        match line.split():
            case ["topic", name, partitions]:
                answer = library.rd_kafka_mock_topic_create(
                    cluster, name.encode(), int(partitions), 1
                )
            case ["down"]:
                answer = library.rd_kafka_mock_broker_set_down(cluster, ONLY_BROKER)
            case ["up"]:
                answer = library.rd_kafka_mock_broker_set_up(cluster, ONLY_BROKER)
            case ["slow", milliseconds]:
                answer = library.rd_kafka_mock_broker_set_rtt(
                    cluster, ONLY_BROKER, int(milliseconds)
                )
            case ["advertise", host, port]:
                answer = library.rd_kafka_mock_broker_set_host_port(
                    cluster, ONLY_BROKER, host.encode(), int(port)
                )
            case _:
                answer = "unknown"
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
