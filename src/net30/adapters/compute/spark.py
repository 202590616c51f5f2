"""The Spark engine: parts scored by a cluster's Python workers, by the same function as here.

The rows go to the workers by customer, as Arrow; a model is loaded once a worker. On a cluster the
output's folder has to be one that every worker sees, and every worker needs net30 and this Python.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.errors import PySparkException, PySparkRuntimeError
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from net30.kernel.errors import ConfigurationError, Unavailable
from net30.ports.compute import PartsToScore
from net30.scoring.model import Model, load_model
from net30.scoring.part import SCORES_OF_PART, part_file, read_part, score_part, write_scores

ROWS_A_JOB = 4_000_000
"""So many rows, of history and asked, go to Spark at a time: what is done is kept after each."""
ROWS_A_TASK = 250_000
PART = "part"
"""The column that tells which part a row is of."""

_SCORES = SCORES_OF_PART.append(pa.field(PART, pa.int32()))
_CONFIG = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Workers get the rows in pieces, and put them together again: large ones cost least.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
}


class SparkCompute:
    """A Spark session, made when the first part is scored."""

    name = "spark"

    def __init__(self, master: str) -> None:
        """Keep the master's address."""
        self._master = master

    def score(self, work: PartsToScore) -> Iterator[int]:
        """Score the parts, several in one job; yield each when it is on the disk.

        Raises ConfigurationError where there is no Java, Unavailable when Spark gives up.
        """
        if not work.parts:
            return
        session = self._session()
        try:
            for parts in _jobs(work):
                _run(session, work, parts)
                yield from parts
        except PySparkException as error:
            raise Unavailable(
                f"Spark gave up: {str(error).splitlines()[0]}",
                hint="look at the log above; --engine local needs no cluster",
                code="spark",
            ) from error
        finally:
            session.stop()

    def _session(self) -> SparkSession:
        builder = SparkSession.builder.appName("net30 predict").master(self._master)
        for name, text in _CONFIG.items():
            builder = builder.config(name, text)
        try:
            session = builder.getOrCreate()
        except PySparkRuntimeError as error:
            raise ConfigurationError(
                f"Spark does not start: {str(error).splitlines()[0]}",
                hint="Spark 4 needs Java 17 or later: install one and set JAVA_HOME",
                code="spark",
            ) from error
        if self._master.startswith("local"):
            # Otherwise the first python3 of the path would be taken, which may be another one.
            session.sparkContext.pythonExec = sys.executable
        session.sparkContext.setLogLevel("ERROR")
        return session


def build(master: str) -> SparkCompute:
    """Return the engine for a master such as local[*] or spark://host:7077."""
    return SparkCompute(master)


def _jobs(work: PartsToScore) -> Iterator[list[int]]:
    """Return the parts in groups of about ROWS_A_JOB rows."""
    parts: list[int] = []
    rows = 0
    for part in work.parts:
        parts.append(part)
        rows += read_part(work.rows, part).num_rows
        if rows >= ROWS_A_JOB:
            yield parts
            parts, rows = [], 0
    if parts:
        yield parts


def _run(session: SparkSession, work: PartsToScore, parts: list[int]) -> None:
    """Score some parts by one job, and write the scores of each part as every engine does."""
    folder = work.scores / "spark"
    facts, scores = folder / "facts", folder / "scores"
    shutil.rmtree(folder, ignore_errors=True)
    facts.mkdir(parents=True)
    rows = 0
    for part in parts:
        table = read_part(work.rows, part)
        rows += table.num_rows
        numbers = pa.array(np.full(table.num_rows, part, np.int32))
        path = part_file(facts, part).with_suffix(".parquet")
        pq.write_table(table.append_column(PART, numbers), path, compression="zstd")
    scored = partial(_scored, str(work.model), work.horizon)
    tasks = max(2, -(-rows // ROWS_A_TASK))
    read: DataFrame = session.read.parquet(facts.resolve().as_uri()).repartition(tasks, "customer")
    schema = from_arrow_schema(_SCORES)
    read.mapInArrow(scored, schema).write.parquet(scores.resolve().as_uri())
    _keep(work, parts, pq.read_table(scores))
    shutil.rmtree(folder)


def _keep(work: PartsToScore, parts: list[int], scores: pa.Table) -> None:
    part = np.asarray(scores[PART])
    place = np.asarray(scores["place"])
    order = np.lexsort((place, part))
    ends = np.searchsorted(part[order], parts, side="right")
    starts = np.searchsorted(part[order], parts, side="left")
    for number, start, end in zip(parts, starts, ends, strict=True):
        rows = scores.take(order[start:end]).drop_columns([PART])
        write_scores(work.scores, number, rows.cast(SCORES_OF_PART))


def _scored(
    folder: str, horizon: int, batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Score all of a task's customers; runs on a worker."""
    every = list(batches)
    if not every:
        return
    facts = pa.Table.from_batches(every)
    scores = score_part(_model(folder), facts.drop_columns([PART]), horizon)
    asked = np.asarray(facts["place"]) >= 0
    part, place = np.asarray(facts[PART])[asked], np.asarray(facts["place"])[asked]
    numbers = pa.array(part[np.argsort(place, kind="stable")])
    yield from scores.append_column(PART, numbers).combine_chunks().to_batches()


@cache
def _model(folder: str) -> Model:
    return load_model(Path(folder))
