"""R15: mails that go out twice, or not at all, however many workers there are.

Two processes drain the same books into one SMTP server, on SQLite and on PostgreSQL. First both
live: each mail goes out once. Then one after the other is killed (-9) in the middle of handing
over, and another takes its place. A try is one mail. A kill between the server's yes and the note
of it cannot but send one again: at most one for each kill, with its Message-ID and its words.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from email import message_from_bytes
from email.message import Message as Mail
from pathlib import Path

from net30.app import App, open_app
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.events import InvoiceSent
from net30.kernel.errors import Unavailable
from net30.ports.store import NEW
from net30.services.create_draft import create_draft
from net30.services.issue_invoice import issue_invoice
from net30.services.send_invoice import send_invoice
from net30.settings import Settings
from tests.databases import DIALECTS, fresh
from tests.mail_server import MailServer, running
from tests.proofs.proof import Outcome
from tests.samples import ACME

ID = "R15"
TITLE = "mails that went out twice, or not at all, from two workers, alive and killed"
SMALL = 12  # mails of each database, while both live
FULL = 150

MAILS_PER_KILL = 3
MAILS_TO_A_KILL = 15
"""For so many mails while both live one is killed later."""
ANSWER_SECONDS = 0.01
"""The server takes so long to say yes, so that workers meet, and a kill falls before it."""
WAIT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Office:
    """Books, the server that mails go to, and what workers are started with."""

    app: App
    server: MailServer
    words: tuple[str, ...]

    def send(self, count: int) -> None:
        """Send invoices, each a mail."""
        while count:
            with suppress(Unavailable), self.app.change() as ctx:  # two workers write there too
                line = NewLine(name="hosting", unit_price=Decimal(100))
                draft = create_draft(ctx, NewInvoice(customer_id=ACME.id, lines=(line,)))
                send_invoice(ctx, issue_invoice(ctx, draft.id).number)
                count -= 1

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run a worker, and kill it."""
        root = Path(__file__).parents[2]
        command = [sys.executable, "-m", "tests.proofs.mailing_process", *self.words]
        with subprocess.Popen(command, cwd=root) as process:
            try:
                yield process
            finally:
                process.send_signal(signal.SIGKILL)

    def wait(self, arrived: int) -> None:
        """Wait until so many mails came."""
        until = time.monotonic() + WAIT_SECONDS
        while len(self.server.messages) < arrived and time.monotonic() < until:
            time.sleep(0.001)

    def wait_for_all(self) -> None:
        """Wait until the mail has no event to take in."""
        until = time.monotonic() + WAIT_SECONDS
        store, organisation = self.app.world.store, self.app.organisation
        while time.monotonic() < until:
            with store.reading(organisation) as books:
                if books.taken_in("mail") == books.last_event()[0]:
                    return
            time.sleep(0.02)

    def faults(self, kills: int) -> tuple[int, list[str]]:
        """Return how many mails there were to send, and what is wrong with those that came."""
        with self.app.look() as ctx:
            events = [one.event for one in ctx.tx.events()]
        wanted = [one.number for one in events if isinstance(one, InvoiceSent)]
        came = [message_from_bytes(content) for content in self.server.messages]
        names = [one.get_filename() or "" for mail in came for one in mail.walk()]
        found = [f"{number} never came" for number in wanted if f"{number}.pdf" not in names]
        ids = Counter(mail["message-id"] for mail in came)
        if len(ids) != len(wanted):
            found.append(f"{len(wanted)} mails have {len(ids)} message ids")
        again = ids.total() - len(ids)
        if again > kills:
            found.append(f"{again} mails came again after {kills} kills")
        return len(wanted), found


def run(size: int, seed: int) -> Outcome:
    """Send so many mails with two workers alive, and kill some while more go out."""
    chance = random.Random(seed)
    tries, faults, details = 0, [], []
    for dialect in DIALECTS:
        with _office(dialect) as office:
            kills = max(1, size // MAILS_TO_A_KILL)
            faults += _worked(office, size, kills, chance)
            sent, found = office.faults(kills)
            faults += found
            tries += sent
            again = len(office.server.messages) - sent
            details.append(f"{dialect}: {sent} mails, {kills} kills, {again} came again after one")
    return Outcome(tries, len(faults), "\n".join([*details, *faults[:5]]))


@contextmanager
def _office(dialect: str, guard: str = "") -> Iterator[Office]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(running(MailServer(pause_seconds=ANSWER_SECONDS)))
        url = stack.enter_context(fresh(dialect, folder))
        mail = f"smtp://127.0.0.1:{server.port}"
        settings = replace(Settings(home=folder / "home"), database_url=url, mail_url=mail)
        app = stack.enter_context(closing(open_app(settings)))
        with app.change() as ctx:
            ctx.tx.save(ACME, expected=NEW)
        words = (str(folder / "home"), url, mail, *filter(None, [guard]))
        yield Office(app, server, words)


def _worked(office: Office, mails: int, kills: int, chance: random.Random) -> list[str]:
    """Let two workers hand over; return what is wrong before the first of them is killed."""
    with ExitStack() as one, ExitStack() as other:
        workers = [one, other]
        for worker in workers:
            worker.enter_context(office.worker())
        office.send(mails)
        office.wait_for_all()
        _, faults = office.faults(0)
        for at in range(kills):
            office.send(MAILS_PER_KILL)
            office.wait(len(office.server.messages) + chance.choice((1, 2)))
            time.sleep(chance.uniform(0, ANSWER_SECONDS))
            killed = chance.choice(workers)
            killed.close()
            if at + 1 < kills:
                killed.enter_context(office.worker())
        office.wait_for_all()
    return faults


def test_no_mail_goes_out_twice_from_two_workers() -> None:
    outcome = run(SMALL, seed=15)
    print(outcome, outcome.detail)
    assert outcome.holds, outcome.detail


def test_without_claims_mails_go_out_twice() -> None:
    with _office("sqlite", "unclaimed") as office:
        faults = _worked(office, SMALL, 0, random.Random(15))
    assert any("came again" in fault for fault in faults)


def test_a_mail_that_goes_again_after_a_kill_is_the_same_to_its_last_word() -> None:
    with _office("sqlite") as office:
        office.server.pause_seconds = 1.0  # it is killed before the server's yes
        office.send(1)
        with office.worker():
            office.wait(1)
        office.server.pause_seconds = 0.0
        with office.worker():
            office.wait_for_all()
        first, again = map(message_from_bytes, office.server.messages)
        assert first["message-id"] == again["message-id"]
        assert _words(first) == _words(again)


def _words(mail: Mail) -> list[object]:
    return [part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()]
