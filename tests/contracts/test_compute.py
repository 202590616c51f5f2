"""What every engine promises: the same bytes for the same parts, each whole or not there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.kernel.errors import ConfigurationError, Unavailable
from net30.ledger.streams import write_stream
from net30.ports.compute import Compute, PartsToScore
from net30.scoring.model import load_model
from net30.scoring.part import WORD, facts_schema, part_file, read_part, score_part
from net30.settings import Settings
from net30.wiring.parts import engine_for
from tests.features.ledgers import random_ledger, table
from tests.java import java_home
from tests.scoring.small_model import write_model

PARTS, DAY = 3, 18_100


@pytest.fixture(
    scope="module",
    params=["local", pytest.param("spark", marks=[pytest.mark.slow, pytest.mark.timeout(500)])],
)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Compute]:
    """Lend every engine in turn."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "spark":
            patch.setenv("JAVA_HOME", str(java_home(tmp_path_factory.mktemp("java"))))
        yield engine_for(Settings(spark_master="local[2]"), request.param)(0)


@pytest.fixture(scope="module")
def facts() -> pa.Table:
    """Some customers' past, and invoices asked about."""
    every = table(random_ledger(600, 20, 3))
    asked = every.issued >= DAY
    columns = {
        "place": np.where(asked, np.cumsum(asked) - 1, -1),
        "customer": every.customer,
        "issued": every.issued,
        "due": every.due,
        "amount": every.amount,
        "paid": np.where(asked, 2**30, every.paid),
        "known": np.where(asked, 2**30, every.known),
        "fresh": np.ones(len(every), np.bool_),
        f"{WORD}branch": every.words["branch"],
    }
    schema = facts_schema(["branch"])
    arrays = {name: pa.array(columns[name]).cast(schema.field(name).type) for name in schema.names}
    return pa.table(arrays, schema=schema)


@pytest.fixture(scope="module")
def work(facts: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> PartsToScore:
    folder = tmp_path_factory.mktemp("work")
    for name in ("rows", "scores"):
        (folder / name).mkdir()
    write_model(folder / "model")
    part = np.asarray(facts["customer"]) % PARTS
    for number in range(PARTS):
        write_stream(part_file(folder / "rows", number), facts.filter(pa.array(part == number)))
    return PartsToScore(
        rows=folder / "rows",
        scores=folder / "scores",
        model=folder / "model",
        horizon=DAY,
        parts=tuple(range(PARTS)),
    )


def test_every_part_gets_the_scores_that_all_customers_together_get(
    engine: Compute, work: PartsToScore, facts: pa.Table
) -> None:
    shutil.rmtree(work.scores)
    work.scores.mkdir()
    assert sorted(engine.score(work)) == list(range(PARTS))
    together = score_part(load_model(work.model), facts, DAY)
    assert together.num_rows > 50
    apart = [read_part(work.scores, part) for part in range(PARTS)]
    assert all(np.all(np.diff(np.asarray(one["place"])) > 0) for one in apart)
    assert pa.concat_tables(apart).sort_by("place").equals(together)


def test_nothing_to_do_is_done_at_once(engine: Compute, tmp_path: Path) -> None:
    assert engine.name in {"local", "spark"}
    nothing = PartsToScore(rows=tmp_path, scores=tmp_path, model=tmp_path, horizon=0, parts=())
    assert list(engine.score(nothing)) == []


def test_a_broken_part_is_an_error_and_leaves_no_scores_of_it(
    engine: Compute, work: PartsToScore, tmp_path: Path
) -> None:
    rows = tmp_path / "rows"
    rows.mkdir()
    (tmp_path / "scores").mkdir()
    part_file(rows, 0).write_bytes(b"")
    broken = PartsToScore(
        rows=rows, scores=tmp_path / "scores", model=work.model, horizon=DAY, parts=(0,)
    )
    with pytest.raises((Unavailable, ConfigurationError, pa.ArrowException, OSError, ValueError)):
        list(engine.score(broken))
    assert not list((tmp_path / "scores").glob("*.arrow"))
