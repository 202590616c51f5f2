from __future__ import annotations

import json
from pathlib import Path

import pytest

from net30.cli.commands import run
from tests.doubles.kafka_cluster import KafkaCluster
from tests.streams import invoice, own


@pytest.fixture
def topic(kafka: KafkaCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    facts = kafka.topic(own("facts"), 2)
    monkeypatch.setenv("NET30_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NET30_STREAM_URL", kafka.url)
    monkeypatch.setenv("NET30_STREAM_FACTS", facts)
    monkeypatch.setenv("NET30_STREAM_PREDICTIONS", kafka.topic(own("predictions")))
    return facts


def test_lines_of_a_file_are_written_and_wait(
    topic: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "facts.jsonl"
    file.write_text("".join(json.dumps(invoice(f"F{at}")) + "\n" for at in range(7)))
    assert run(["stream", "put", str(file)]) == 0
    assert "7 messages" in capsys.readouterr().out
    assert run(["stream", "lag", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sum(one["waiting"] for one in told["partitions"]) == 7
    assert (told["taken"], told["refused"]) == (0, 0)
    assert run(["stream", "lag"]) == 0
    assert f"{topic}.dead-letters" in capsys.readouterr().out


def test_a_line_that_is_no_fact_is_not_written(
    topic: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del topic
    file = tmp_path / "facts.jsonl"
    file.write_text("[1]\n")
    assert run(["stream", "put", str(file)]) == 1
    assert "no JSON object" in capsys.readouterr().err


def test_what_is_not_told_yet_is_told_by_hand(
    topic: str, capsys: pytest.CaptureFixture[str]
) -> None:
    del topic
    assert run(["stream", "publish", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"predictions": 0, "waiting": {}}


def test_the_schemas_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["stream", "schema", "events"]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == "1"


@pytest.mark.parametrize("words", [["publish"], ["lag"], ["run"]])
def test_without_a_stream_each_command_says_what_to_set(
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("NET30_HOME", str(tmp_path / "home"))
    assert run(["stream", *words]) != 0
    assert "NET30_STREAM_" in capsys.readouterr().err
