"""Payers with known habits, for tests of predictions: a CSV of their invoices, made by a seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

DAYS = 446
HEADER = "invoice_id,customer_id,issue_date,due_date,amount,currency,paid_date,country"
TERMS = (15, 30, 30, 30, 60)


@dataclass(frozen=True, slots=True)
class Payer:
    """A customer who pays so many days after due, give or take."""

    name: str
    delay: int
    spread: int
    country: str


PAYERS = (
    Payer("Prompt SA", -4, 2, "SN"),
    Payer("Punctual SARL", -1, 2, "SN"),
    Payer("Nearly SA", 1, 4, "CI"),
    Payer("Wobbly SA", 4, 10, "CI"),
    Payer("Slow SARL", 12, 6, "CI"),
    Payer("Slower SA", 20, 9, "CM"),
    Payer("Endless SARL", 38, 14, "CM"),
)


def payers_csv(invoices: int, *, today: date, seed: int = 5, drift: int = 0) -> bytes:
    """So many invoices of the last 446 days before `today`; what is paid later than that is open.

    `drift` days are added to every delay in the last third of the time.
    """
    draw = np.random.default_rng(seed)
    days = np.sort(draw.integers(0, DAYS, invoices))
    rows = [HEADER]
    for at, day in enumerate(days.tolist()):
        payer = PAYERS[int(draw.integers(len(PAYERS)))]
        terms = int(draw.choice(TERMS))
        later = drift if day * 3 > DAYS * 2 else 0
        delay = round(float(draw.normal(payer.delay + later + terms / 20, payer.spread)))
        issued = today - timedelta(days=DAYS) + timedelta(days=day)
        due = issued + timedelta(days=terms)
        paid = max(due + timedelta(days=delay), issued)
        amount = int(draw.integers(50, 5_000)) * 1_000
        told = paid.isoformat() if paid < today else ""
        rows.append(f"H{at:05d},{payer.name},{issued},{due},{amount},XOF,{told},{payer.country}")
    return "\n".join(rows).encode()
