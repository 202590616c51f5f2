"""Ships: the model that comes with net30, learned from invented companies that differ widely.

It serves whoever has no history yet. It may use only what means the same in every company: how the
customer paid, what is open, terms and usual amounts; no amounts (they hang on the currency), no
words, no days of the week or month (those of the invented law are assumed). The companies differ
in lateness and in tempo, so that a customer's own record counts for more than any of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import numpy as np

from net30.features.invoices import OPEN, Invoices
from net30.features.point_in_time import Matrix, PointInTime, feature_names, seen_from
from net30.ledger.invented.invoices import day_number
from net30.ledger.invented.law import Law, written_law
from net30.ledger.invented.ledger import InventedLedger
from net30.ledger.invented.wish import Wish
from net30.scoring.calibration import Calibration
from net30.scoring.card import Card, LearnedFrom, encoded
from net30.scoring.default_model import DEFAULT_NAME
from net30.scoring.delay_bins import HIGH_RISK, LATE, DelayBins, bins_for
from net30.scoring.distribution import Distribution
from net30.scoring.explain.typical import typical_row
from net30.scoring.figures import Told, figures
from net30.scoring.model import CARD_FILE, ONNX_FILE, load_model
from net30.training import lightgbm
from net30.training.baselines import baseline
from net30.training.family import Fitted, summaries
from net30.training.gates import Gate, parity
from net30.training.sample import Sample, make_sample
from net30.training.trials import GAP_DAYS_MAX

SEED = 1
BINS = 14
SETUP = {"rounds": 25, "leaves": 10, "rate": 0.2, "least": 0.003, "l2": 20, "columns": 0.3}
"""As few trees as still read a customer's record well: the file has to stay small."""
HELD_FROM = 0.8
LEFT_OUT = ("amount", "due_weekday", "issue_weekday", "due_day_of_month", "issue_day_of_month")
LIMITS = (
    (
        "It learned from invented ledgers, not from anyone's payments: its figures mean nothing "
        "for you."
    ),
    (
        "It knows no industry, country, currency or season; only how a customer has paid, what is "
        "open, terms, and usual amounts."
    ),
    "It is for the time before you have a history: train your own with net30 train.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """An invented company: its customers pay `later` days later and `tempo` times as widely."""

    seed: int
    currency: str
    later: float
    tempo: float
    invoices_each: int
    rows: int = 6_000
    months: int = 24

    @property
    def wish(self) -> Wish:
        """Return the ledger that is drawn for it."""
        return Wish(rows=self.rows, seed=self.seed, currency=self.currency, months=self.months)

    @property
    def law(self) -> Law:
        """Return the written law, changed for this company."""
        law, changed = written_law(), msgspec.structs.replace
        own = changed(law.customers, invoices_each=self.invoices_each)
        habits = tuple(
            changed(
                one,
                days=(one.days[0] * self.tempo + self.later, one.days[1] * self.tempo + self.later),
                spread=(one.spread[0] * self.tempo, one.spread[1] * self.tempo),
            )
            for one in law.habits
        )
        return changed(law, customers=own, habits=habits)


COMPANIES = (
    Company(seed=11, currency="XOF", later=-2, tempo=1.0, invoices_each=60),
    Company(seed=12, currency="EUR", later=-5, tempo=0.4, invoices_each=30),
    Company(seed=13, currency="USD", later=-8, tempo=0.7, invoices_each=60, months=18),
    Company(seed=14, currency="XAF", later=4, tempo=1.3, invoices_each=25),
    Company(seed=15, currency="MAD", later=-14, tempo=1.0, invoices_each=40),
    Company(seed=16, currency="GBP", later=0, tempo=0.4, invoices_each=20, months=18),
    Company(seed=17, currency="NGN", later=-10, tempo=0.5, invoices_each=120),
    Company(seed=18, currency="CAD", later=-3, tempo=0.7, invoices_each=12),
)
HELD = (
    Company(seed=101, currency="XOF", later=0, tempo=1.0, invoices_each=60),
    Company(seed=102, currency="EUR", later=8, tempo=0.6, invoices_each=30),
    Company(seed=103, currency="JPY", later=-7, tempo=0.8, invoices_each=20),
)
"""Companies that were held back, to judge by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A company's ledger as it stands on the morning of `horizon`, and the law's own P(late)."""

    known: Invoices
    horizon: int
    truth: np.ndarray


def drawn(company: Company) -> Drawn:
    """Return an invented company's ledger up to its end."""
    wish = company.wish
    horizon = day_number(wish.end)
    (batch,) = InventedLedger(wish, company.law).batches(rows_per_batch=wish.rows)
    issued = batch.issued
    paid = np.where(batch.paid < horizon, batch.paid, OPEN)
    return Drawn(
        known=Invoices(
            customer=issued.customer.astype(np.int64),
            issued=issued.issued,
            due=issued.due,
            amount=issued.amount,
            paid=paid,
            known=paid,
        ),
        horizon=horizon,
        truth=np.asarray(batch.truth()["p_late"]),
    )


def shipped_features() -> tuple[str, ...]:
    """Return the features that mean the same in every company."""
    every = summaries({}, feature_names(()))
    return tuple(name for name in every if name not in LEFT_OUT)


def held_matrix(ledger: Drawn) -> Matrix:
    """Return the features of all of a company's invoices at their issue."""
    names, known = shipped_features(), ledger.known
    return PointInTime(known, known, names=names).matrix(known.issued, names)


def make_default(
    companies: tuple[Company, ...] = COMPANIES, held: tuple[Company, ...] = HELD
) -> tuple[Card, bytes]:
    """Return the card and the ONNX file of the model that ships; the same companies, the same."""
    ledgers = [drawn(one) for one in companies]
    names = shipped_features()
    delays = [one.known.delay[one.known.paid < OPEN] for one in ledgers]
    bins = bins_for(np.concatenate(delays), BINS)
    sample = _together([_sample(one, bins, names) for one in ledgers])
    fitted = lightgbm.fit(sample, SETUP, SEED)
    own, rival = _judged(fitted, bins, names, [drawn(one) for one in held])
    card = Card(
        name=DEFAULT_NAME,
        version="v1",
        family="lightgbm",
        setup=dict(SETUP),
        seed=SEED,
        as_of=max(one.wish.end for one in companies),
        made_on=max(one.wish.end for one in companies),
        features=names,
        words={},
        last_days=bins.last,
        gap_days=GAP_DAYS_MAX,
        calibration=Calibration(),
        learned_from=_source(companies, ledgers),
        metrics=own,
        baselines={"customer_median": rival},
        gates={},
        limits=LIMITS,
        model_sha256="",
        typical=typical_row(sample.matrix),
    )
    return _gated(card, fitted, sample)


def _sample(ledger: Drawn, bins: DelayBins, names: tuple[str, ...]) -> Sample:
    known, horizon = ledger.known, ledger.horizon
    return make_sample(known, horizon, bins, names, gap_max=GAP_DAYS_MAX, seed=SEED)


def _together(samples: list[Sample]) -> Sample:
    return Sample(
        names=samples[0].names,
        matrix=np.vstack([one.matrix for one in samples]),
        possible=np.vstack([one.possible for one in samples]),
        issued=np.concatenate([one.issued for one in samples]),
        bins=samples[0].bins,
    )


def _judged(
    fitted: Fitted, bins: DelayBins, names: tuple[str, ...], held: list[Drawn]
) -> tuple[dict[str, float], dict[str, float]]:
    """Return the figures on the last fifth of companies held back, and the customer median's."""
    told: list[Told] = []
    rivals: list[Told] = []
    delays = []
    for one in held:
        day = int(np.quantile(one.known.issued, HELD_FROM))
        past = one.known.as_of(day)
        asked = one.known.take((one.known.issued >= day) & (one.known.due < one.horizon))
        seen = seen_from(asked, day)
        matrix = PointInTime(past, asked, names=names).matrix(seen, names)
        made = Distribution(bins, np.asarray(fitted.probabilities(matrix)))
        told.append(
            Told(
                late=made.later_than(LATE),
                late30=made.later_than(HIGH_RISK),
                expected=made.quantile(0.5),
                low=made.quantile(0.1),
                high=made.quantile(0.9),
            )
        )
        rivals.append(baseline("customer_median", past, asked, seen, day))
        delays.append(np.where(asked.paid < OPEN, asked.delay, one.horizon - asked.due))
    delay = np.concatenate(delays)
    return figures(_joined(told), delay), figures(_joined(rivals), delay)


def _joined(told: list[Told]) -> Told:
    names = ("late", "late30", "expected", "low", "high")
    return Told(**{name: np.concatenate([getattr(one, name) for one in told]) for name in names})


def _source(companies: tuple[Company, ...], ledgers: list[Drawn]) -> LearnedFrom:
    law = (files("net30.ledger.invented") / "law.toml").read_bytes()
    settled = sum(int((one.known.paid < OPEN).sum()) for one in ledgers)
    rows = sum(len(one.known) for one in ledgers)
    return LearnedFrom(
        source=f"{len(companies)} invented companies (net30 demo-data, law "
        f"{written_law().version}); no customer, invoice or payment is real",
        sha256=sha256(law + repr(companies).encode()).hexdigest(),
        invoices=rows,
        settled=settled,
        open=rows - settled,
        customers=sum(len(np.unique(one.known.customer)) for one in ledgers),
        first_issue=min(one.wish.first_day for one in companies),
        last_issue=max(one.wish.end for one in companies),
    )


def _gated(card: Card, fitted: Fitted, sample: Sample) -> tuple[Card, bytes]:
    """Return the card with what the parity gate found, and the file; a failure is a fault of ours.

    Beating the customer's median is told, not asked for: the figures are of invented companies.
    """
    onnx = fitted.to_onnx()
    card = msgspec.structs.replace(card, model_sha256=sha256(onnx).hexdigest())
    with TemporaryDirectory(prefix="net30-model-") as folder:
        (Path(folder) / ONNX_FILE).write_bytes(onnx)
        (Path(folder) / CARD_FILE).write_bytes(encoded(card))
        gate: Gate = parity(fitted, load_model(Path(folder)), sample, SEED)
    assert gate.passed, gate.says
    told = {gate.name: {"passed": gate.passed, **gate.figures}}
    return msgspec.structs.replace(card, gates=told), onnx
