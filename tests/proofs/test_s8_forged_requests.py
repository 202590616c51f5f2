"""S8: requests that somebody has net30 make to its own machine or network.

A try is one address given to a webhook and then to the web itself: a machine that is not public,
written in some way; a name that stands for such a machine, always or only when it is asked for
again; a public machine that redirects there; a document that refers there. Counted: an attempt to
connect anywhere but to the one machine that is allowed, as Python's own audit events report them.
"""

from __future__ import annotations

import random
import socket
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from net30.adapters.web.https import HttpsWeb
from net30.documents import ubl
from net30.domain.identity.principal import Principal
from net30.domain.organisation import Appearance
from net30.kernel.errors import Net30Error
from net30.kernel.web_address import Ip, Reach, WebAddress, read_reach
from net30.ports.web import Web, WebAnswer, WebRequest
from net30.services.brand_documents import brand_documents
from net30.services.identity.noted import at_this_machine
from net30.services.import_invoice import read_invoice
from net30.services.webhooks.deliver import Post, deliver_test
from net30.services.webhooks.save_webhook import (
    NewWebhook,
    add_webhook,
    check_webhook,
    remove_webhook,
)
from tests.desk import Desk, open_desk
from tests.documents.examples import invoice
from tests.doubles.receiver import Receiver, receiving
from tests.proofs.connections import watched
from tests.proofs.forged_urls import forged
from tests.proofs.proof import Outcome

ID = "S8"
TITLE = "connections to machines of our own network that an address was forged for"
SMALL = 120
FULL = 3_000

ALLOWED = "127.0.0.2"
"""Stands for the public internet: a second address of this machine, the only one allowed."""
SECONDS = 1.0

MakeWeb = Callable[[Reach, "Names"], Web]


@dataclass(slots=True)
class Names:
    """A resolver: what each name stands for, at the first question and at each later one."""

    table: dict[str, list[list[str]]] = field(default_factory=dict)

    def __call__(self, host: str, port: int) -> Sequence[Ip]:
        answers = self.table.get(host) or _as_the_system(host, port)
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return tuple(ip_address(one) for one in found)


def _as_the_system(host: str, port: int) -> list[list[str]]:
    """What the system's resolver makes of numbers, however they are written, and of this machine.

    Raises OSError for other names: nobody is asked outside.
    """
    if "local" in host:
        return [["127.0.0.1", "::1"]]
    found = socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST, type=socket.SOCK_STREAM)
    return [[str(entry[4][0]) for entry in found]]


@dataclass(frozen=True, slots=True)
class Stage:
    """What a try is played on: a desk, the trap, and the machine that may be reached."""

    desk: Desk
    trap: Receiver
    allowed: Receiver
    by: Principal
    make_web: MakeWeb

    @property
    def port(self) -> int:
        """The trap's port."""
        return int(self.trap.url.rpartition(":")[2].partition("/")[0])

    def web(self, allow: str = "", names: Names | None = None) -> Web:
        """The web as this proof tries it."""
        return self.make_web(read_reach(allow), names or Names())


def guarded(reach: Reach, names: Names) -> Web:
    """The web as net30 has it."""
    return HttpsWeb(reach, names, seconds=SECONDS)


def run(size: int, seed: int) -> Outcome:
    """Try so many addresses."""
    return tried(size, seed, guarded)


def tried(size: int, seed: int, make_web: MakeWeb) -> Outcome:
    """Try addresses with one kind of web."""
    chance = random.Random(seed)
    wrong: list[str] = []
    with _stage(make_web) as stage:
        for at in range(size):
            play = PLAYS[at % len(PLAYS)]
            with watched() as attempts:
                told = play(stage, chance)
            beyond = [one for one in attempts if one != ALLOWED]
            if beyond or stage.trap.heard:
                wrong.append(f"{told}: {beyond}")
                stage.trap.heard.clear()
    return Outcome(size, len(wrong), "\n".join(wrong[:10]))


@contextmanager
def _stage(make_web: MakeWeb) -> Iterator[Stage]:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        trap = stack.enter_context(receiving())
        allowed = stack.enter_context(receiving(ALLOWED))
        desk = open_desk(Path(folder) / "home")
        stack.callback(desk.app.close)
        by = at_this_machine(desk.app.organisation)
        yield Stage(desk, trap, allowed, by, make_web)


def _spelled(stage: Stage, chance: random.Random) -> str:
    """An address written so that some reader takes it for another."""
    url = forged(chance, stage.port)
    _used(stage, stage.web(), url)
    return url


def _named(stage: Stage, chance: random.Random) -> str:
    """A name of somebody's own that stands for machines, some or all of which are ours."""
    ours = chance.choice(["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:127.0.0.1"])
    found = [ours] if chance.random() < 0.5 else [ALLOWED, ours]
    names = Names({"hooks.example.com": [chance.sample(found, len(found))]})
    scheme = chance.choice(["https", "http"])
    url = f"{scheme}://hooks.example.com:{stage.port}/in"
    _used(stage, stage.web(chance.choice(["", ALLOWED]), names), url)
    return f"{url} ({found})"


def _rebound(stage: Stage, chance: random.Random) -> str:
    """A name that stands for a good machine once, and for one of ours whenever asked again."""
    ours = chance.choice(["127.0.0.1", "127.0.0.1", "10.0.0.1", "::1"])
    port = stage.port if chance.random() < 0.5 else _port(stage.allowed)
    names = Names({"hooks.example.com": [[ALLOWED], [ours]]})
    url = f"http://hooks.example.com:{port}/in"
    with suppress(Net30Error):
        stage.web(ALLOWED, names).send(WebRequest(url=url, method="POST"))
    return f"{url} (then {ours})"


def _redirected(stage: Stage, chance: random.Random) -> str:
    """A good machine that sends on to one of ours."""
    to = f"{chance.choice(['http', 'https'])}://127.0.0.1:{stage.port}/in"
    stage.allowed.answers = [chance.choice([300, 301, 302, 303, 305, 307, 308, 201, 401])]
    stage.allowed.headers = {"Location": to, "Refresh": f"0; url={to}", "Link": f"<{to}>"}
    _used(stage, stage.web(ALLOWED), stage.allowed.url)
    told = f"{stage.allowed.answers} to {to}"
    stage.allowed.answers, stage.allowed.headers = [204], {}
    return told


def _referred(stage: Stage, chance: random.Random) -> str:
    """A file that is taken in and refers to one of our machines: an e-invoice, a logo."""
    url = f"http://127.0.0.1:{stage.port}/in"
    written = ubl.write(invoice())
    start = written.index(b"<", 2)
    entity = f'<!DOCTYPE x SYSTEM "{url}" [<!ENTITY % p SYSTEM "{url}"> %p;]>'
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}"/>'
    style = f'<?xml-stylesheet type="text/xsl" href="{url}"?>'
    logo = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="9" height="9"><image href="{url}" xlink:href="{url}" width="9" height="9"/>'
        f'<style>@import url("{url}");</style><use href="{url}#a"/></svg>'
    )
    with suppress(Net30Error):
        match chance.randrange(4):
            case 0:
                read_invoice(written[:start] + entity.encode() + written[start:])
            case 1:
                end = written.rindex(b"</")
                read_invoice(written[:end] + include.encode() + written[end:])
            case 2:
                read_invoice(written[:start] + style.encode() + written[start:])
            case _:
                with stage.desk.app.change() as ctx:
                    brand_documents(ctx, Appearance(), logo.encode())
    return "a file"


PLAYS = (_spelled, _spelled, _spelled, _spelled, _named, _rebound, _redirected, _referred)


def _used(stage: Stage, web: Web, url: str) -> None:
    """Give an address to a webhook, have it tested, and ask for the address itself."""
    app = stage.desk.app
    new = NewWebhook(url=url)
    with suppress(Net30Error):
        new = check_webhook(web, new, stage.by)
    with app.change() as ctx:  # also one that was refused: the web must not rely on the check
        webhook = add_webhook(ctx, app.sealing, new)
    deliver_test(Post(world=app.world, web=web, sealing=app.sealing), app.organisation, webhook.id)
    with suppress(Net30Error):
        web.send(WebRequest(url=url))
    with app.change() as ctx:
        remove_webhook(ctx, webhook.id)


def _port(receiver: Receiver) -> int:
    return int(receiver.url.rpartition(":")[2].partition("/")[0])


# --- mutants -----------------------------------------------------------------------------------


def everywhere(_: Reach, names: Names) -> Web:
    """The mutant: every machine may be reached."""
    return HttpsWeb(read_reach("0.0.0.0/0, ::/0"), names, seconds=SECONDS)


@dataclass(frozen=True)
class AsksTwice(HttpsWeb):
    """The mutant: a name is looked up to be checked, and again to be called."""

    def _connected(
        self, address: WebAddress, machines: Sequence[Ip], until: float
    ) -> socket.socket:
        return super()._connected(address, self.resolve(address.host, address.port), until)


@dataclass(frozen=True, slots=True)
class FirstOnly(Reach):
    """Looks only at the first of the machines that a name stands for."""

    def check_machines(self, address: WebAddress, found: Iterable[Ip]) -> None:
        Reach.check_machines(self, address, list(found)[:1])


def only_the_first(reach: Reach, names: Names) -> Web:
    """The mutant: a name with a good machine before a bad one passes."""
    return HttpsWeb(FirstOnly(reach.allowed), names, seconds=SECONDS)


@dataclass(frozen=True, slots=True)
class Follows:
    """The mutant: whatever is redirected to is fetched, by who knows no limits."""

    web: Web

    def check(self, url: str) -> WebAddress:
        return self.web.check(url)

    def send(self, request: WebRequest) -> WebAnswer:
        answer = self.web.send(request)
        if "location" in answer.headers and 300 <= answer.status < 400:
            anywhere = HttpsWeb(read_reach("0.0.0.0/0"), Names(), seconds=SECONDS)
            return anywhere.send(replace(request, url=answer.headers["location"]))
        return answer


MUTANTS: dict[str, MakeWeb] = {
    "everywhere": everywhere,
    "only the first": only_the_first,
    "asks twice": lambda reach, names: AsksTwice(reach, names, seconds=SECONDS),
    "follows": lambda reach, names: Follows(guarded(reach, names)),
}


@pytest.mark.slow
def test_no_address_has_net30_connect_to_its_own_network() -> None:
    outcome = run(SMALL, 8)
    assert outcome.holds, outcome.detail


@pytest.mark.slow
@pytest.mark.parametrize("name", list(MUTANTS))
def test_a_web_without_one_of_its_guards_is_noticed(name: str) -> None:
    assert tried(48, 8, MUTANTS[name]).failures > 0
