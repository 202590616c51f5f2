from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from net30.adapters.stream import event_hubs, kafka, kafkas
from net30.kernel.errors import ConfigurationError, Unavailable
from net30.ports.stream import Message, Received, Stream
from tests.doubles.kafka_cluster import KafkaCluster, kafka_cluster
from tests.doubles.kafka_door import kafka_door
from tests.doubles.managed_identity import managed_identity
from tests.streams import own, read

GROUP = "net30"
CONNECTION = "Endpoint=sb://localhost:{}/;SharedAccessKeyName=Root;SharedAccessKey=s3cret="


def messages(topic: str, *values: str, key: str = "k") -> list[Message]:
    return [
        Message(topic=topic, key=key, value=value.encode(), headers={"type": "t"})
        for value in values
    ]


@pytest.fixture
def topic(kafka: KafkaCluster) -> str:
    return kafka.topic(own("topic"), 3)


@pytest.fixture
def stream(kafka: KafkaCluster) -> Iterator[Stream]:
    opened = _plain(kafka)
    yield opened
    opened.close()


def _plain(cluster: KafkaCluster) -> Stream:
    return kafka.build(f"{cluster.url}?session.timeout.ms=2000")


def test_what_was_published_is_read_in_its_order_with_key_and_headers(
    stream: Stream, topic: str
) -> None:
    stream.publish(messages(topic, "a", "b", "c"))
    found = read(stream, topic, lambda all_: len(all_) == 3)
    assert [one.value for one in found] == [b"a", b"b", b"c"]
    assert {(one.key, one.headers["type"], one.topic) for one in found} == {(b"k", "t", topic)}
    assert [one.offset for one in found] == [0, 1, 2]


def test_a_group_goes_on_after_what_it_has_done(stream: Stream, topic: str) -> None:
    stream.publish(messages(topic, "a", "b"))
    with stream.reading(topic, GROUP) as reader:
        first: list[Received] = []
        while len(first) < 2:
            first += reader.take(0.2)
        reader.done(first[:1])
    with stream.reading(topic, GROUP) as reader:
        again: tuple[Received, ...] = ()
        while not again:
            again = reader.take(0.2)
    assert [one.value for one in again] == [b"b"]


def test_the_lag_is_what_is_written_and_not_done(stream: Stream, topic: str) -> None:
    stream.publish(messages(topic, "a", "b"))
    assert sum(one.waiting for one in stream.lag(topic, GROUP)) == 2
    with stream.reading(topic, GROUP) as reader:
        found: tuple[Received, ...] = ()
        while not found:
            found = reader.take(0.2)
        reader.done(found)
    assert sum(one.waiting for one in stream.lag(topic, GROUP)) == 2 - len(found)
    assert len(stream.lag(topic, GROUP)) == 3


def test_ten_thousand_messages_are_kept_before_publish_returns(stream: Stream, topic: str) -> None:
    stream.publish(messages(topic, *map(str, range(10_000))))
    assert sum(one.written for one in stream.lag(topic, GROUP)) == 10_000


def test_a_stream_that_is_down_says_so_and_is_left_alone_until_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("net30.adapters.stream._brokers.ACKNOWLEDGED_SECONDS", 3.0)
    monkeypatch.setattr("net30.adapters.stream._brokers.ALONE_SECONDS", 0.5)
    with kafka_cluster() as cluster:
        topic, stream = cluster.topic("t"), _plain(cluster)
        stream.publish(messages(topic, "a"))
        cluster.down()
        with pytest.raises(Unavailable, match="does not answer"):
            stream.publish(messages(topic, "b"))
        began = time.monotonic()
        with pytest.raises(Unavailable):
            stream.publish(messages(topic, "b"))
        assert time.monotonic() - began < 0.3
        cluster.up()
        time.sleep(0.6)
        stream.publish(messages(topic, "b"))
        found = read(stream, topic, lambda all_: any(one.value == b"b" for one in all_))
        assert found[0].value == b"a"


def _certificates(folder: Path) -> tuple[ssl.SSLContext, Path]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    file = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return context, file


def test_event_hubs_is_reached_by_tls_with_the_connection_string(tmp_path: Path) -> None:
    context, authorities = _certificates(tmp_path)
    with kafka_cluster() as cluster:
        topic = cluster.topic("hub")
        with kafka_door(cluster, context, event_hubs.USER, "") as door:
            door.password = said = CONNECTION.format(door.port)
            stream = event_hubs.build(f"event-hubs:{said}?ca={authorities}")
            stream.publish(messages(topic, "a"))
            assert [one.value for one in read(stream, topic, bool)] == [b"a"]
            assert set(door.tried) == {("$ConnectionString", said)}


def test_event_hubs_is_signed_in_to_as_whoever_azure_identity_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("azure.identity", reason="azure-identity is in the extra azure")
    context, authorities = _certificates(tmp_path)
    with kafka_cluster() as cluster, managed_identity("t0ken") as identity:
        for name, text in identity.environment.items():
            monkeypatch.setenv(name, text)
        topic = cluster.topic("hub")
        with kafka_door(cluster, context, "", "t0ken") as door:
            door.mechanism = "OAUTHBEARER"
            stream = event_hubs.build(f"event-hubs://localhost:{door.port}?ca={authorities}")
            assert [one.written for one in stream.lag(topic, GROUP)] == [0]
            stream.publish(messages(topic, "a"))
            assert [one.value for one in read(stream, topic, bool)] == [b"a"]
            assert set(door.tried) == {("", "t0ken")}
        assert {one for asked in identity.asked for one in asked["resource"]} == {
            "https://localhost"
        }


def test_kafka_by_tls_signs_in_and_refuses_a_wrong_password_and_a_strange_authority(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("net30.adapters.stream._brokers.ACKNOWLEDGED_SECONDS", 3.0)
    context, authorities = _certificates(tmp_path)
    with kafka_cluster() as cluster, kafka_door(cluster, context, "net30", "p@ss") as door:
        topic = cluster.topic("t")
        good = f"kafkas://net30:p%40ss@localhost:{door.port}?ca={authorities}"
        kafkas.build(good).publish(messages(topic, "a"))
        for wrong in (good.replace("p%40ss", "guess"), good.partition("?")[0]):
            with pytest.raises(Unavailable) as refused:
                kafkas.build(wrong).publish(messages(topic, "b"))
            assert "p@ss" not in refused.value.message
        assert ("net30", "guess") in door.tried
        monkeypatch.undo()
        assert len(read(kafkas.build(good), topic, bool)) == 1


@pytest.mark.parametrize(
    ("build", "url"),
    [
        (kafka.build, "kafka://broker.example:9092"),
        (kafka.build, "kafka://user:s3cret@localhost:9092"),
        (kafka.build, "kafka://localhost:9092,10.0.0.7:9092"),
        (kafka.build, "kafka://"),
        (kafka.build, "kafka://localhost?enable.ssl.certificate.verification=false"),
        (kafkas.build, "kafkas://user:s3cret@broker.example?mechanism=GSSAPI"),
        (kafkas.build, "kafkas://broker.example/../x y"),
        (kafkas.build, "kafkas://user:s3cret?x@broker.example"),
        (kafkas.build, "kafkas://user:?s3cret@broker.example"),
        (event_hubs.build, "event-hubs:Endpoint=https://x;SharedAccessKey=s3cret"),
        (event_hubs.build, "event-hubs:Endpoint=sb://x.servicebus.windows.net/"),
        (event_hubs.build, "event-hubs:s3cret"),
    ],
)
def test_an_address_that_is_none_or_not_safe_is_refused_without_showing_a_secret(
    build: object, url: str
) -> None:
    assert callable(build)
    with pytest.raises(ConfigurationError) as refused:
        build(url)
    assert "s3cret" not in refused.value.message + refused.value.hint


def test_the_emulator_of_event_hubs_is_spoken_to_in_the_clear_on_this_machine_only() -> None:
    emulated = "event-hubs:Endpoint=sb://{};SharedAccessKey=k;UseDevelopmentEmulator=true;"
    here = event_hubs.build(emulated.format("localhost"))
    away = event_hubs.build(emulated.format("hubs.example"))
    assert _options(here)["security.protocol"] == "SASL_PLAINTEXT"
    assert _options(away)["security.protocol"] == "SASL_SSL"


def _options(stream: Stream) -> dict[str, object]:
    found: dict[str, object] = stream._options  # type: ignore[attr-defined]  # noqa: SLF001 - no broker of that kind is here
    return found
