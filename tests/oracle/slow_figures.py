"""Every figure of docs/figures.md as a slow, obvious loop over the facts, to compare with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise

from net30.insights.health_score import SCALES
from tests.ledger_rows import Row

CLAIMS = ("invoice", "credit_note")
PAID = ("payment", "refund")
DAY = timedelta(days=1)
Figures = dict[str, object]


def rounded(exact: Fraction | None, digits: int) -> Decimal | None:
    """Round half up, away from zero, once."""
    if exact is None:
        return None
    wide = Decimal(exact.numerator * 10**12 // exact.denominator)
    if exact * 10**12 != int(exact * 10**12):
        wide += Decimal("0.5")  # between two: never a half by accident
    return (wide / 10**12).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def ratio(part: int | Fraction, whole: int | Fraction) -> Fraction | None:
    return Fraction(part) / whole if whole > 0 else None


@dataclass(frozen=True)
class Books:
    """The facts of one currency known at the end of a day, and what stood on a day."""

    rows: list[Row]
    day: date

    def on(self, day: date) -> Books:
        return Books([row for row in self.rows if row.day <= day], min(day, self.day))

    @property
    def claims(self) -> list[Row]:
        return [row for row in self.rows if row.fact in CLAIMS]

    @property
    def invoices(self) -> list[Row]:
        return [row for row in self.claims if row.fact == "invoice"]

    @property
    def loose(self) -> list[Row]:
        ids = {row.invoice_id for row in self.claims}
        return [row for row in self.rows if row.amount and row.invoice_id not in ids]

    def moves(self, claim: Row) -> list[Row]:
        return [
            row
            for row in self.rows
            if row.invoice_id == claim.invoice_id and row.fact not in CLAIMS and row.amount
        ]

    def taken(self, claim: Row, facts: tuple[str, ...], until: date = date.max) -> int:
        return -sum(r.amount for r in self.moves(claim) if r.fact in facts and r.day <= until)

    def balance(self, claim: Row) -> int:
        return claim.amount + sum(row.amount for row in self.moves(claim))

    def net(self, claim: Row) -> int:
        return claim.amount - self.taken(claim, ("credit",))

    def outstanding(self) -> int:
        return sum(row.amount for row in self.rows)

    def late(self, claim: Row) -> int | None:
        return (self.day - claim.due_date).days if claim.due_date else None

    def bucket(self, claim: Row) -> str:
        late = self.late(claim)
        if self.balance(claim) < 0:
            return "unapplied"
        if late is None:
            return "no_due_date"
        for name, last in (("not_due", 0), ("d1_30", 30), ("d31_60", 60), ("d61_90", 90)):
            if late <= last:
                return name
        return "d90_plus"

    def standing(self, bucket: str) -> int:
        found = sum(self.balance(one) for one in self.claims if self.bucket(one) == bucket)
        return found + (sum(r.amount for r in self.loose) if bucket == "unapplied" else 0)

    def settled_on(self, claim: Row) -> date | None:
        if claim.amount <= 0:
            return claim.day
        settled = None
        moves = [row for row in self.moves(claim) if row.fact != "write_off"]
        for day in sorted({row.day for row in moves}):
            left = claim.amount + sum(row.amount for row in moves if row.day <= day)
            if left > 0:
                settled = None
            elif settled is None:
                settled = day
        return settled

    def sales(self, start: date, end: date) -> int:
        return sum(row.amount for row in self.claims if start <= row.day <= end)

    def write_offs(self, start: date, end: date) -> list[Row]:
        return [r for r in self.rows if r.fact == "write_off" and start <= r.day <= end]


def known(rows: list[Row], currency: str, as_of: date) -> Books:
    """The facts of a currency that are known at the end of a day; marks are of their claim's."""
    seen = [row for row in rows if max(row.known_on or row.day, row.day) <= as_of]
    return Books([row for row in seen if row.currency == currency], as_of)


def slow_figures(rows: list[Row], currency: str, as_of: date, start: date, end: date) -> Figures:
    """All figures of a currency but those from predictions, shaped like company_figures' values."""
    books = known(rows, currency, as_of)
    days = (end - start).days + 1
    sales, owed = books.sales(start, end), books.outstanding()
    not_due = books.standing("not_due")
    late = [one for one in books.claims if (books.late(one) or 0) > 0 and books.balance(one) > 0]
    overdue = sum(books.balance(one) for one in late)
    delinquent = ratio((owed - not_due) * days, sales)
    return {
        "outstanding": owed,
        "overdue": overdue,
        **revenue(books, start, end),
        "dso_simple": rounded(ratio(owed * days, sales), 1),
        "dso_countback": countback(books),
        "dso_best_possible": rounded(ratio(not_due * days, sales), 1),
        "add": rounded(delinquent, 1),
        "mean_days_late_weighted": mean_days_late(books, start, end),
        "cei": rounded(cei(books, start, end), 2),
        "collection_rate": collection_rate(books, start, end),
        "ageing": {
            name: books.standing(name)
            for name in ("not_due", "d1_30", "d31_60", "d61_90", "d90_plus", "no_due_date",
                         "unapplied")
        },
        "at_risk_rate": rounded(at_risk(books), 4),
        "roll_rate": roll_rate(books),
        "turnover": turnover(books, start, end),
        **shares(books, late, overdue),
        **bad_debt(books, start, end),
        "concentration": concentration(books, late),
        "effort": effort(books, start, end),
        "health_score": health(rows, currency, (as_of, start, end)),
    }  # fmt: skip


def revenue(books: Books, start: date, end: date) -> Figures:
    issued = [one for one in books.invoices if start <= one.day <= end]
    invoiced = sum(books.net(one) for one in issued)
    count = sum(books.net(one) > 0 for one in issued)
    late = [o for o in issued if books.balance(o) > 0 and o.due_date and o.due_date < books.day]
    average = rounded(Fraction(invoiced, count), 0) if count else None
    return {
        "revenue": {
            "invoiced": invoiced,
            "collected": sum(books.taken(one, PAID) for one in issued),
            "open": sum(books.balance(one) for one in issued),
            "overdue": sum(books.balance(one) for one in late),
        },
        "invoice_count": count,
        "average_invoice": None if average is None else int(average),
    }


def countback(books: Books) -> Decimal | None:
    left, days, day = books.outstanding(), Fraction(0), books.day
    first = min((one.day for one in books.claims), default=None)
    while left > 0:
        month = day.replace(day=1)
        if first is None or day < first:
            return None
        sold, length = books.sales(month, day), (day - month).days + 1
        days += Fraction(length * left, sold) if sold > left else length
        left -= sold
        day = month - DAY
    return rounded(days, 1)


def mean_days_late(books: Books, start: date, end: date) -> Decimal | None:
    total = weight = 0
    for one in books.invoices:
        if one.due_date and start <= one.due_date <= end:
            until = books.settled_on(one) or books.day
            total += books.net(one) * max(0, (until - one.due_date).days)
            weight += books.net(one)
    return rounded(ratio(total, weight), 1)


def cei(books: Books, start: date, end: date) -> Fraction | None:
    closing = books.on(end)
    opening = books.on(start - DAY).outstanding()
    sold = books.sales(start, end) + sum(row.amount for row in books.write_offs(start, end))
    collected = opening + sold - closing.outstanding()
    return ratio(100 * collected, opening + sold - closing.standing("not_due"))


def collection_rate(books: Books, start: date, end: date) -> Decimal | None:
    due = [one for one in books.invoices if one.due_date and start <= one.due_date <= end]
    received = sum(books.taken(one, PAID) for one in due)
    return rounded(ratio(received, sum(books.net(one) for one in due)), 4)


def at_risk(books: Books) -> Fraction | None:
    unpaid = owed = 0
    for one in books.invoices:
        if one.due_date and 90 <= (books.day - one.due_date).days <= 179:
            limit = one.due_date + 90 * DAY
            was_owed = one.amount - books.taken(one, ("credit",), limit)
            owed += was_owed
            unpaid += was_owed - books.taken(one, (*PAID, "discount"), limit)
    return ratio(unpaid, owed)


def roll_rate(books: Books) -> Figures:
    then = books.on(books.day - 30 * DAY)
    found: Figures = {}
    order = ("not_due", "d1_30", "d31_60", "d61_90", "d90_plus")
    before = Books(then.rows, books.day - 30 * DAY)
    for bucket, following in pairwise(order):
        moved = stood = 0
        for one in before.claims:
            balance = before.balance(one)
            if balance > 0 and before.bucket(one) == bucket:
                stood += balance
                if books.balance(one) > 0 and books.bucket(one) == following:
                    moved += min(balance, books.balance(one))
        found[bucket] = rounded(ratio(moved, stood), 4)
    return found


def turnover(books: Books, start: date, end: date) -> Decimal | None:
    ends = books.on(start - DAY).outstanding() + books.on(end).outstanding()
    mean = Fraction(ends, 2)
    per_year = Fraction(books.sales(start, end) * 365, (end - start).days + 1)
    return rounded(ratio(per_year, mean), 4)


def shares(books: Books, late: list[Row], overdue: int) -> Figures:
    open_ = [one for one in books.claims if books.balance(one) > 0]
    current = [one for one in open_ if books.bucket(one) == "not_due"]
    return {
        "pct_current": rounded(ratio(books.standing("not_due"), books.outstanding()), 4),
        "pct_current_by_count": rounded(ratio(len(current), len(open_)), 4),
        "pct_overdue": rounded(ratio(overdue, books.outstanding()), 4),
        "pct_overdue_by_count": rounded(ratio(len(late), len(open_)), 4),
    }


def bad_debt(books: Books, start: date, end: date) -> Figures:
    given_up = books.write_offs(start, end)
    issued = [one for one in books.invoices if start <= one.day <= end]
    lost = -sum(row.amount for row in given_up)
    count = len({row.invoice_id for row in given_up})
    return {
        "bad_debt": rounded(ratio(lost, books.sales(start, end)), 4),
        "bad_debt_by_count": rounded(ratio(count, len(issued)), 4),
    }


def hhi(books: Books) -> Fraction | None:
    owing: dict[str, int] = {}
    for row in books.rows:
        owing[row.customer_id] = owing.get(row.customer_id, 0) + row.amount
    debts = [amount for amount in owing.values() if amount > 0]
    return sum((Fraction(debt, sum(debts)) ** 2 for debt in debts), Fraction(0)) if debts else None


def concentration(books: Books, late: list[Row]) -> Figures:
    debtors: dict[str, int] = {}
    for one in late:
        debtors[one.customer_id] = debtors.get(one.customer_id, 0) + books.balance(one)
    top = sorted(debtors.values(), reverse=True)[:10]
    return {
        "top10_share": rounded(ratio(sum(top), sum(debtors.values())), 4),
        "hhi": rounded(hhi(books), 4),
    }


def effort(books: Books, start: date, end: date) -> Figures:
    def marks(*facts: str) -> list[Row]:
        return [row for row in books.rows if row.fact in facts]

    promises = []
    for row in marks("promise"):
        told = dict(row.extras)
        promised_on = date.fromisoformat(told["promised_on"])
        if start <= promised_on <= min(end, books.day):
            came = sum(
                -move.amount
                for move in books.rows
                if move.invoice_id == row.invoice_id
                and move.fact in (*PAID, "discount")
                and row.day <= counts_on(move) <= promised_on
            )
            promises.append(came > 0 and came >= int(told["promised_minor"]))
    last = {row.invoice_id: row for row in by_day(marks("dispute_opened", "dispute_closed"))}
    disputes = [row for row in last.values() if row.fact == "dispute_opened"]
    ages = sum((books.day - row.day).days for row in disputes)
    sent = sum(start <= row.day <= end for row in marks("reminder"))
    disputed = bool(marks("dispute_opened", "dispute_closed"))
    return {
        "reminders_sent": Decimal(sent) if marks("reminder") else None,
        "promises_kept": rounded(ratio(sum(promises), len(promises)), 4),
        "disputes_open": Decimal(len(disputes)) if disputed else None,
        "disputes_mean_age": rounded(ratio(ages, len(disputes)), 1),
        "unapplied": -sum(row.amount for row in books.loose),
    }


def counts_on(move: Row) -> date:
    """A returned payment counts against the day on which it had come."""
    told = dict(move.extras).get("settled_on")
    return date.fromisoformat(told) if told else move.day


def by_day(rows: list[Row]) -> list[Row]:
    key: Callable[[Row], date] = lambda row: row.day  # noqa: E731 - one word for a stable sort
    return sorted(rows, key=key)


def health(rows: list[Row], currency: str, when: tuple[date, date, date]) -> Figures:
    as_of, start, end = when
    now = parts(known(rows, currency, as_of), start, end)
    month = 30 * DAY
    past = known(rows, currency, as_of - month)
    before = parts(past, start - month, end - month) if past.rows else {}
    both = set(now) & set(before)
    then = mean({name: before[name] for name in both})
    later = mean({name: now[name] for name in both})
    trend = None if then is None or later is None else later - then
    weight = sum(SCALES[name].weight for name in now)
    return {
        "score": rounded(mean(now), 1),
        "parts": {
            name: {
                "measure": rounded(part, 4),
                "points": rounded(points(name, part), 1),
                "weight": rounded(Fraction(SCALES[name].weight, weight), 4),
            }
            for name, part in now.items()
        },
        "trend": rounded(trend, 1),
    }


def parts(books: Books, start: date, end: date) -> dict[str, Fraction]:
    owed, not_due = books.outstanding(), books.standing("not_due")
    add = ratio((owed - not_due) * ((end - start).days + 1), books.sales(start, end))
    terms = [
        (one.due_date - one.day).days
        for one in books.invoices
        if one.due_date and start <= one.day <= end
    ]
    found = {
        "cei": cei(books, start, end),
        "pct_current": ratio(not_due, owed),
        "add_to_terms": None if add is None else ratio(add * len(terms), sum(terms)),
        "at_risk_rate": at_risk(books),
        "hhi": hhi(books),
    }
    return {name: part for name, part in found.items() if part is not None}


def points(name: str, part: Fraction) -> Fraction:
    worst, best = SCALES[name].worst, SCALES[name].best
    return 100 * min(max((part - worst) / (best - worst), Fraction(0)), Fraction(1))


def mean(found: dict[str, Fraction]) -> Fraction | None:
    if not found:
        return None
    weight = sum(SCALES[name].weight for name in found)
    return sum((points(n, p) * SCALES[n].weight for n, p in found.items()), Fraction(0)) / weight
