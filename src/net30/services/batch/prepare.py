"""Prepare: both files read, and their rows divided by customer, ready for an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import reduce
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pyarrow as pa

from net30.features.coding import day_number
from net30.features.invoices import OPEN, Ints, Invoices, joined
from net30.features.point_in_time import words_of
from net30.kernel.errors import InputError
from net30.kernel.files import unavailable, write_whole
from net30.kernel.findings import Severity
from net30.ledger import compute
from net30.ledger.faults import EVERY, SHOWN_PER_CODE_MAX, Faults
from net30.ledger.history_pieces import HistoryPath
from net30.scoring.card import encoded
from net30.scoring.default_model import FALLEN_MAX, for_company
from net30.scoring.model import CARD_FILE, ONNX_FILE, Model, load_model
from net30.scoring.registry import model_folder
from net30.services.batch.divide import Division, claims_of, divide, first_day_after
from net30.services.batch.findings import KeptFindings
from net30.services.batch.run_folder import Divided, RunFolder, digest_of
from net30.services.batch.spool import Coding, Spool, spooled
from net30.services.cold_start import ColdStart

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """Both files, the model's folder (None: the default model), and the as-of day if it is told."""

    history: HistoryPath
    asked: HistoryPath
    model: Path | None
    as_of: date | None
    rows_a_part: int

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Lend the folder of the model."""
        if self.model:
            yield model_folder(self.model)
            return
        with as_file(files("net30.scoring") / "default") as folder:
            yield folder


def question_of(preparation: Preparation) -> dict[str, str]:
    """Return what the scores follow from: two equal questions have the same answer.

    Raises InputError for a model that cannot be loaded.
    """
    with preparation.folder() as folder:
        load_model(folder)  # before the files are read: a damaged one costs no time
        model = {name: digest_of(folder / name) for name in (CARD_FILE, ONNX_FILE)}
    question = {
        **model,
        "default": str(preparation.model is None),
        "as_of": str(preparation.as_of),
        "rows_a_part": str(preparation.rows_a_part),
    }
    for name, file in (("history", preparation.history), ("asked", preparation.asked)):
        question[name] = digest_of(file.path)
        question[f"{name}_read"] = repr((file.defaults, file.layout))
    return question


def prepare(preparation: Preparation, run: RunFolder, tell: Progress) -> Divided:
    """Read both files into the parts of a run, and note what was wrong with their rows.

    Raises InputError for an unusable file, Unavailable when the disk refuses.
    """
    try:
        return _prepared(preparation, run, tell)
    except OSError as error:
        raise unavailable(error, run.path) from error


def _prepared(preparation: Preparation, run: RunFolder, tell: Progress) -> Divided:
    past, kept = KeptFindings(Faults(SHOWN_PER_CODE_MAX)), KeptFindings(Faults(EVERY))
    with preparation.folder() as folder:
        model = load_model(folder)
        onnx = (folder / ONNX_FILE).read_bytes()
    card = model.card
    # What no feature looks at need not be read.
    coding = Coding(words={name: card.words[name] for name in words_of(card.features, card.words)})
    spools = run.path / "history.spool", run.path / "asked.spool"
    tell("reading", 0, 0)
    with ThreadPoolExecutor(2) as pool:
        reading = (
            pool.submit(spooled, preparation.history, spools[0], coding, past),
            pool.submit(spooled, preparation.asked, spools[1], coding, kept),
        )
        history, asked = (one.result() for one in reading)
    as_of = preparation.as_of or first_day_after(history)
    if as_of is None:
        raise InputError(
            "no row of the history can be used",
            hint="give --ledger a file with past invoices, one a row",
            code="no_history",
        )
    start = None
    if preparation.model is None:
        model, start = _at_level(model, history, day_number(as_of))
    for name in sorted(coding.words.keys() - {"currency", *asked.extras}):
        message = f"the model knows invoices by {name!r}; the file has no such column"
        kept.faults.add("column_missing", name, message, Severity.WARNING)
    tell("dividing", 0, 0)
    division = Division(
        history=history,
        asked=asked,
        coding=coding,
        rows=run.rows,
        ids=run.ids,
        as_of=as_of,
        rows_a_part=preparation.rows_a_part,
    )
    parts = divide(division, past, kept)
    for spool in spools:
        spool.unlink()
    _write_model(run, model, onnx)
    run.write_table("findings", kept.table())
    run.write_table("history_findings", past.table())
    divided = Divided(
        as_of=as_of,
        horizon=day_number(as_of),
        model=f"{model.card.name} {model.card.version}",
        rows=asked.rows,
        asked=tuple(parts),
        counts=dict(kept.faults.counts),
        history_counts=dict(past.faults.counts),
        errors=kept.faults.errors,
        cold_start=start,
    )
    run.keep(divided)
    return divided


def _write_model(run: RunFolder, model: Model, onnx: bytes) -> None:
    write_whole(run.model / ONNX_FILE, onnx)
    write_whole(run.model / CARD_FILE, encoded(model.card))


def _at_level(model: Model, history: Spool, horizon: int) -> tuple[Model, ColdStart]:
    """Return the default model at the level of a history, and how much of it is settled."""
    known = _numbers(history, horizon)
    settled = int((known.paid < OPEN).sum())
    # Only the newest that fell due are asked about, and nobody but their customers matters to
    # them: the rest of a long history need not be sorted.
    fallen = np.flatnonzero(known.due < horizon)
    newest = fallen[np.argsort(known.due[fallen], kind="stable")][-FALLEN_MAX:]
    few = np.isin(known.customer, known.customer[newest])
    return for_company(model, known.take(few), horizon), ColdStart(settled)


def _numbers(history: Spool, horizon: int) -> Invoices:
    """Return a history's invoices without words, as known on the morning of the horizon."""
    parts: list[Invoices] = []
    for claims, _ in claims_of(history, Faults(0)):
        invoices = claims.filter(compute.less(0, claims["amount"]))
        settled = compute.equal(invoices["balance"], 0)
        paid = _ints(compute.pick(settled, invoices["paid_date"], None))
        part = Invoices(
            customer=_ints(invoices["customer_ref"]),
            issued=_ints(invoices["issue_date"]),
            due=_ints(invoices["due_date"]),
            amount=_ints(invoices["amount"]),
            paid=paid,
            known=paid,
        )
        parts.append(part)
    return reduce(joined, parts, NOBODYS).as_of(horizon)


_NONE = np.zeros(0, np.int64)
NOBODYS = Invoices(customer=_NONE, issued=_NONE, due=_NONE, amount=_NONE, paid=_NONE, known=_NONE)


def _ints(column: compute.Operand) -> Ints:
    whole = compute.whole(column)
    if pa.types.is_date32(whole.type):
        whole = compute.or_else(whole.cast(pa.int32()), OPEN)
    found: Ints = np.asarray(whole.to_numpy(zero_copy_only=False)).astype(np.int64)
    return found
