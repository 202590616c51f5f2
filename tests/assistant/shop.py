"""A shop whose books are small enough to be added up by hand, in three currencies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from net30.assistant.arguments import Result, Shown, Word
from net30.assistant.calls import make_call, tool
from net30.assistant.replies.telling import tell
from net30.domain.customer import Customer
from net30.domain.party import Address, Contact, Party
from net30.domain.payment import Allocation, PaymentMethod
from net30.kernel.money import Money
from net30.services.record_payment import NewPayment, record_payment
from net30.services.save_customer import save_customer
from tests.desk import TODAY, Desk, open_desk


@dataclass(slots=True)
class Sold:
    """One invoice as a person would note it on paper; amounts in minor units."""

    number: str
    client: str
    currency: str
    amount: int
    issued: date
    due: date
    paid: int = 0

    @property
    def open(self) -> int:
        return self.amount - self.paid

    @property
    def overdue(self) -> int:
        return self.open if self.due < TODAY else 0


@dataclass(slots=True)
class Shop:
    """An open application, and the paper beside it."""

    desk: Desk
    sold: list[Sold] = field(default_factory=list)

    def sell(self, client: Customer, price: str, days_ago: int, *, terms: int = 30) -> Sold:
        """Issue an invoice of one piece so many days ago."""
        issued = TODAY - timedelta(days=days_ago)
        invoice = self.desk.issue(
            price,
            "1",
            customer_id=client.id,
            currency=client.currency or "XOF",
            issue_date=issued,
            due_date=issued + timedelta(days=terms),
        )
        due = invoice.totals.due
        row = Sold(
            number=invoice.number,
            client=client.name,
            currency=due.currency,
            amount=due.minor,
            issued=issued,
            due=issued + timedelta(days=terms),
        )
        self.sold.append(row)
        return row

    def pay(self, row: Sold, minor: int, days_ago: int = 1) -> None:
        """Record money on an invoice."""
        with self.desk.app.change() as ctx:
            item = self.desk.item(row.number)
            money = Money(minor, row.currency)
            record_payment(
                ctx,
                NewPayment(
                    customer_id=item.customer_id,
                    amount=money,
                    day=TODAY - timedelta(days=days_ago),
                    method=PaymentMethod.MOBILE_MONEY,
                    allocations=(Allocation(item.id, money),),
                ),
            )
        row.paid += minor

    def run(self, name: str, **args: Any) -> Result:  # Any: arguments as JSON
        """Run a tool as the assistant does, and settle what follows from it."""
        call = make_call(name, {key.rstrip("_"): value for key, value in args.items()})
        with self.desk.app.change() as ctx:
            result: Result = tool(name).run(ctx, call.args)
        self.desk.app.settle()
        return result

    def say(self, name: str, language: str = "en", **args: Any) -> str:  # Any: as above
        """Run a tool and tell it, with plain spaces so that tests can be read."""
        return plain(tell(self.run(name, **args), language))


def plain(text: str) -> str:
    """Text with ordinary spaces for the narrow and unbreakable ones."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def figures(result: Result) -> dict[tuple[str, str], Shown]:
    """The cells of figures side by side, by (figure, currency), of all parts."""
    found: dict[tuple[str, str], Shown] = {}
    for part in (result, *result.parts):
        for row in part.rows:
            if part.columns and isinstance(row[0], Word):
                for currency, cell in zip(part.columns, row[1:], strict=True):
                    found[row[0].name, currency] = cell
    return found


def open_shop(home: Path) -> Shop:
    """A shop that sells in francs, euros and dinars; some paid, some late, some both."""
    desk = open_desk(home)
    with desk.app.change() as ctx:
        zephyr, sfax = (
            save_customer(
                ctx,
                Customer(
                    id="",
                    party=Party(
                        name=name,
                        address=Address(city=city, country=country),
                        contact=Contact(email=email),
                    ),
                    currency=currency,
                ),
            )
            for name, city, country, email, currency in (
                ("Zephyr Énergie", "Lyon", "FR", "ap@zephyr.example", "EUR"),
                ("Sfax Textiles", "Sfax", "TN", "", "TND"),
            )
        )
    shop = Shop(desk)
    acme = desk.acme
    for price, days_ago in (("90000", 5), ("1250000", 40), ("300001", 75), ("75000", 100)):
        shop.sell(acme, price, days_ago)
    for price, days_ago in (("99.99", 10), ("1200.50", 130), ("20", 61)):
        shop.sell(zephyr, price, days_ago)
    shop.sell(sfax, "12.345", 33)
    shop.pay(shop.sold[1], 500_000, days_ago=3)
    shop.pay(shop.sold[3], shop.sold[3].amount, days_ago=60)
    shop.pay(shop.sold[6], 1000)
    desk.draft("5", "2")
    desk.app.settle()
    return shop
