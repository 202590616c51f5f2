"""Dunning runs: who is written to, what the letter says, and what is held back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from net30.domain.bounds import Bound
from net30.domain.customer import Customer
from net30.domain.dunning import Channel, DunningPolicy, Step, Tone
from net30.domain.events import ReminderSent
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem
from net30.domain.party import Address, Contact, Party
from net30.domain.payment import Allocation
from net30.kernel.errors import Conflict
from net30.kernel.money import Money
from net30.services.context import Context
from net30.services.create_organisation import save_organisation
from net30.services.mark_invoice import close_dispute, note_call, note_promise, open_dispute
from net30.services.plan_dunning import DunningPlan, plan_dunning
from net30.services.record_payment import NewPayment, record_payment
from net30.services.run_dunning import DunningRun, run_dunning
from net30.services.save_customer import save_customer
from tests.desk import TODAY, Desk

PLAIN = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})
FINAL = DunningPolicy(
    steps=(
        Step(
            level=1,
            days=3,
            tone=Tone.FINAL,
            fees=(Money(5000, "XOF"), Money(4000, "EUR")),
            interest=True,
        ),
    )
)


def late(desk: Desk, days: int = 10, currency: str = "") -> Invoice:
    due = TODAY - timedelta(days=days)
    return desk.issue(currency=currency, issue_date=due - timedelta(days=30), due_date=due)


def plan(desk: Desk, as_of: date | None = None) -> DunningPlan:
    with desk.app.look() as ctx:
        return plan_dunning(ctx, as_of)


def run(desk: Desk) -> DunningRun:
    done = run_dunning(desk.app.change, plan(desk))
    assert desk.app.settle().ok
    return done


def held(found: DunningPlan | DunningRun) -> list[tuple[str, str]]:
    return [(one.number, one.reason) for one in found.held]


def use(desk: Desk, *policies: DunningPolicy) -> None:
    with desk.app.change() as ctx:
        save_organisation(ctx, replace(ctx.company, dunning=policies))


def change_acme(desk: Desk, **more: object) -> None:
    with desk.app.change() as ctx:
        acme = ctx.tx.load(Customer, desk.acme.id).value
        save_customer(ctx, replace(acme, **more))  # type: ignore[arg-type] # its fields


def pay(desk: Desk, number: str, amount: int, *, allocate: bool = True) -> None:
    item = desk.item(number)
    part = (Allocation(item.id, Money(amount, "XOF")),) if allocate else ()
    with desk.app.change() as ctx:
        record_payment(
            ctx,
            NewPayment(customer_id=item.customer_id, amount=Money(amount, "XOF"), allocations=part),
        )


def letters(home: Path) -> list[EmailMessage]:
    found = []
    for path in sorted(home.rglob("*.eml"), key=lambda path: path.stat().st_mtime_ns):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        found.append(message)
    return found


def text_of(message: EmailMessage) -> str:
    body = message.get_body()
    assert body is not None
    return str(body.get_content()).translate(PLAIN).replace("\r", "")


def page_text(content: bytes) -> str:
    return PdfReader(BytesIO(content)).pages[0].extract_text().translate(PLAIN)


def test_one_letter_lists_all_that_is_due_and_goes_once(desk: Desk, tmp_path: Path) -> None:
    first, second = late(desk, 20), late(desk, 5)
    late(desk, 2)
    done = run(desk)
    (letter,) = done.letters
    assert [one.item.number for one in letter.notices] == [first.number, second.number]
    assert letter.open == (Money(2 * 4_248_000, "XOF"),)
    (message,) = letters(tmp_path)
    assert message["To"] == "billing@acmecorp.example"
    assert first.number in text_of(message)
    assert second.number in text_of(message)
    assert "peut-être échappé" in text_of(message)
    assert [one.level for one in desk.item(first.number).reminders] == [1]
    assert run(desk).letters == ()
    assert len(letters(tmp_path)) == 1


def test_a_dry_run_of_any_day_changes_nothing(desk: Desk) -> None:
    number = late(desk, 1).number
    assert plan(desk).letters == ()
    ahead = plan(desk, TODAY + timedelta(days=2))
    assert [one.item.number for letter in ahead.letters for one in letter.notices] == [number]
    assert desk.item(number).reminders == ()


def test_after_ten_missed_days_one_reminder_comes_of_the_next_level(
    desk: Desk, tmp_path: Path
) -> None:
    number = late(desk, 3).number
    run(desk)
    desk.clock.day = TODAY + timedelta(days=40)  # levels two and three have both come
    run(desk)
    assert [one.level for one in desk.item(number).reminders] == [1, 2]
    run(desk)
    desk.clock.day += timedelta(days=6)
    assert held(run(desk)) == [(number, "too_soon")]
    desk.clock.day += timedelta(days=1)
    run(desk)
    assert [one.level for one in desk.item(number).reminders] == [1, 2, 3]
    subjects = sorted(message["Subject"].split(" :")[0] for message in letters(tmp_path))
    assert subjects == ["Deuxième relance", "Mise en demeure", "Rappel de paiement"]


def test_who_paid_between_the_plan_and_the_sending_gets_no_letter(
    desk: Desk, tmp_path: Path
) -> None:
    number = late(desk).number
    planned = plan(desk)
    pay(desk, number, 4_248_000)
    assert run_dunning(desk.app.change, planned).letters == ()
    assert desk.app.settle().ok
    assert letters(tmp_path) == []


def test_who_paid_between_the_sending_and_the_mail_gets_no_letter(
    desk: Desk, tmp_path: Path
) -> None:
    number = late(desk).number
    assert run_dunning(desk.app.change, plan(desk)).letters
    pay(desk, number, 4_248_000)
    assert desk.app.settle().ok
    assert letters(tmp_path) == []


def test_disputed_promised_and_parked_are_held_back(desk: Desk) -> None:
    disputed, promised = late(desk).number, late(desk).number
    with desk.app.change() as ctx:
        open_dispute(ctx, disputed, "not delivered")
        note_promise(ctx, promised, TODAY + timedelta(days=2))
    assert held(run(desk)) == [(disputed, "disputed"), (promised, "promised")]
    change_acme(desk, parked=True)
    with desk.app.change() as ctx:
        close_dispute(ctx, disputed)
    assert (disputed, "parked") in held(run(desk))
    change_acme(desk, parked=False)
    desk.clock.day = TODAY + timedelta(days=6)  # the promise is broken, its grace is over
    assert held(run(desk)) == []
    assert [len(desk.item(number).reminders) for number in (disputed, promised)] == [1, 1]


def test_cash_or_credit_that_nobody_has_allocated_holds_the_letter_back(desk: Desk) -> None:
    number = late(desk).number
    pay(desk, number, 4_247_999, allocate=False)
    assert [one.item.number for one in plan(desk).letters[0].notices] == [number]
    pay(desk, number, 1, allocate=False)
    assert held(run(desk)) == [(number, "unapplied_cash")]
    assert desk.item(number).reminders == ()


def test_without_a_usable_address_the_claim_is_told_and_kept(desk: Desk) -> None:
    number = late(desk).number
    change_acme(desk, party=replace(desk.acme.party, contact=Contact(email="nobody")))
    assert held(run(desk)) == [(number, "no_address")]
    assert desk.item(number).reminders == ()


def test_a_final_letter_states_interest_fixed_sum_and_fee_as_its_policy_asks(
    desk: Desk, tmp_path: Path
) -> None:
    use(desk, replace(FINAL, country="FR"))
    late(desk, 51)
    late(desk, 30, currency="EUR")
    run(desk)
    (message,) = letters(tmp_path)
    text = text_of(message)
    assert text_of(message).startswith("Bonjour Acme Corp,")
    assert "Mise en demeure" in message["Subject"]
    # 4,248,000 x (2.15 + 10) % x 51 / 365 = 72,117.0...
    assert "Intérêts de retard jusqu'au 21 novembre 2026" in text
    assert "72 117 FCFA" in text
    assert "Indemnité forfaitaire" in text
    assert "40,00 €" in text
    assert "Frais de relance : 5 000 FCFA" in text
    page = next(part for part in message.iter_attachments() if part.get_filename() == "letter.pdf")
    content = page.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert "72 117 FCFA" in page_text(content)


def test_a_country_whose_law_is_not_known_gives_no_interest(desk: Desk, tmp_path: Path) -> None:
    use(desk, replace(FINAL, country="JP"))
    late(desk, 51)
    run(desk)
    assert "Intérêts" not in text_of(letters(tmp_path)[0])
    assert "Frais de relance" in text_of(letters(tmp_path)[0])


def test_a_language_without_tones_gets_the_friendly_letter_and_the_plan_says_so(
    desk: Desk, tmp_path: Path
) -> None:
    use(desk, FINAL)
    change_acme(desk, language="es")
    late(desk)
    assert plan(desk).letters[0].tone is Tone.FRIENDLY
    run(desk)
    assert "Recordatorio de pago" in letters(tmp_path)[0]["Subject"]


def test_a_posted_letter_is_a_file_and_no_mail(desk: Desk, tmp_path: Path) -> None:
    use(desk, DunningPolicy(steps=(Step(level=1, days=3, channel=Channel.LETTER),)))
    number = late(desk).number
    change_acme(desk, party=replace(desk.acme.party, address=Address(line1="Rue 12", city="Dakar")))
    assert run(desk).letters[0].to == "Rue 12, Dakar"
    assert letters(tmp_path) == []
    (file,) = tmp_path.rglob("letters/2026-11-21/*.pdf")
    assert "Rue 12" in page_text(file.read_bytes())
    assert number in page_text(file.read_bytes())
    assert desk.app.settle().ok
    assert len(list(tmp_path.rglob("letters/*/*.pdf"))) == 1


def test_a_posted_letter_of_what_was_paid_meanwhile_is_not_written(
    desk: Desk, tmp_path: Path
) -> None:
    use(desk, DunningPolicy(steps=(Step(level=1, days=3, channel=Channel.LETTER),)))
    change_acme(desk, party=replace(desk.acme.party, address=Address(line1="Rue 12")))
    number = late(desk).number
    run_dunning(desk.app.change, plan(desk))
    pay(desk, number, 4_248_000)
    assert desk.app.settle().ok
    assert list(tmp_path.rglob("letters/*/*.pdf")) == []


def test_a_call_is_for_a_person_until_it_is_noted(desk: Desk) -> None:
    use(desk, DunningPolicy(steps=(Step(level=1, days=3, channel=Channel.CALL),)))
    number = late(desk).number
    assert held(run(desk)) == [(number, "to_call")]
    with desk.app.change() as ctx:
        note_call(ctx, number, "they will look into it")
    assert held(run(desk)) == []


def test_a_policy_may_write_one_letter_an_invoice(desk: Desk, tmp_path: Path) -> None:
    use(desk, DunningPolicy(steps=(Step(level=1, days=3),), together=False))
    late(desk)
    late(desk, 20)
    assert len(run(desk).letters) == 2
    assert len(letters(tmp_path)) == 2


def test_a_customer_may_have_a_policy_of_their_own(desk: Desk) -> None:
    use(desk, DunningPolicy(name="patient", steps=(Step(level=1, days=60),)))
    late(desk)
    assert plan(desk).letters
    change_acme(desk, dunning="patient")
    assert plan(desk).letters == ()


def test_the_daily_bound_stops_the_run_and_the_next_day_goes_on(desk: Desk) -> None:
    with desk.app.change() as ctx:
        bounds = ctx.company.bounds.with_number(Bound.MAILS, 2)
        save_organisation(ctx, replace(ctx.company, bounds=bounds))
        for name in ("Bora", "Cissé"):
            contact = Contact(email="b@example.com")
            save_customer(ctx, Customer(id="", party=Party(name=name, contact=contact)))
        others = [one.value for one in ctx.tx.page(Customer) if one.value.id != desk.acme.id]
    late(desk)
    for other in others:
        due = TODAY - timedelta(days=10)
        desk.issue(customer_id=other.id, issue_date=due, due_date=due)
    done = run(desk)
    assert len(done.letters) == 2
    assert [one.reason for one in done.held] == ["daily_bound"]
    assert run(desk).letters == ()
    desk.clock.day += timedelta(days=1)
    assert len(run(desk).letters) == 1


def test_a_claim_that_changes_under_the_run_is_left_for_the_next(desk: Desk) -> None:
    number = late(desk).number

    @contextmanager
    def overtaken() -> Iterator[Context]:
        with desk.app.change() as ctx:
            yield ctx
            raise Conflict("another change came first", hint="look again", code="version")

    done = run_dunning(overtaken, plan(desk))
    assert done.letters == ()
    assert held(done) == [(number, "changed_meanwhile")]
    assert desk.item(number).reminders == ()
    assert len(run(desk).letters) == 1


def test_the_event_tells_what_the_letter_asks_for(desk: Desk) -> None:
    use(desk, FINAL)
    first, second = late(desk, 20), late(desk)
    run(desk)
    with desk.app.look() as ctx:
        events = [one.event for one in ctx.tx.events() if isinstance(one.event, ReminderSent)]
    leading, other = events
    assert leading.covers == (first.id, second.id) == leading.interest_of
    assert (leading.tone, leading.channel, leading.level) == ("final", "mail", 1)
    assert leading.fees == (Money(10_000, "XOF"),)
    assert (other.covers, other.tone, other.fees) == ((), "", ())


def test_imported_claims_are_dunned_too(desk: Desk) -> None:
    item = OpenItem(
        id="old",
        number="OLD-1",
        type_code="380",
        customer_id=desk.acme.id,
        amount=Money(1000, "XOF"),
        issue_date=date(2026, 9, 1),
        due_date=date(2026, 10, 1),
        imported=True,
    )
    with desk.app.change() as ctx:
        ctx.tx.save(item, expected=0)
    assert run(desk).letters[0].notices[0].item.number == "OLD-1"
