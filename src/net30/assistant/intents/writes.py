"""Writes: what changes the books or goes to a client: pay, void, credit, send, remind.

Which invoice is meant must be certain, and amounts must fit it; otherwise the answer is a question.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from net30.assistant.calls import Call, ask, make_call, propose
from net30.assistant.intents.evidence import Reading
from net30.assistant.intents.memory import Memory
from net30.assistant.intents.search import search_args
from net30.assistant.orders.several import apart, sure_clients
from net30.assistant.roll.aligning import ABBREVIATION_LETTERS_MIN
from net30.assistant.roll.names import name_words
from net30.assistant.roll.people import KnownClient
from net30.assistant.targets.described import described_client
from net30.assistant.targets.narrowing import (
    by_amount,
    narrow,
    open_of,
    points_to_last,
    subject_said,
    subject_words,
)
from net30.assistant.targets.paying import amounts_of, paid_day, worked_amount
from net30.assistant.targets.references import find_references
from net30.assistant.understanding.directory import KnownInvoice
from net30.assistant.understanding.scene import Scene, make_scene
from net30.assistant.understanding.tokens import Kind
from net30.kernel.decimals import plain

REMINDED_AT_ONCE_MAX = 5
"""One yes sends at most so many reminders, as the guard lets no more wait."""
CLIENTS_LOOKED_AT_MAX = 10
"""A word that fits more clients than this is asked about before anyone's invoices are read."""


@dataclass(frozen=True, slots=True)
class Target:
    """The invoices meant; or what must be asked; or the one just made ($last)."""

    invoices: tuple[KnownInvoice, ...] = ()
    missing: tuple[str, ...] = ()
    last: str = ""
    options: tuple[str, ...] = ()


def write(scene: Scene, reading: Reading, memory: Memory) -> tuple[Call, ...]:
    """Return the confirmations, reminders or questions that a request to write comes to."""
    intent = reading.intent
    listed = listed_clients(scene, reading) or _paid_apart(scene, reading)
    if listed:
        own = ((one, replace(reading, references=find_references(one))) for one in listed)
        return tuple(call for one, said in own for call in write(one, said, memory))
    if intent == "send_reminder" and not (scene.named or reading.references):
        of_many = _remind_listed(scene, reading, memory) or _remind_many(scene, reading, memory)
        if of_many:
            return of_many
    target = find_target(scene, reading, memory)
    if target.last:
        return (propose(intent, {"number": target.last, **_extras(scene, intent)}),)
    if target.missing:
        asked = ask(*target.missing, options=target.options)
        return _remind_client(scene, reading, memory) or (asked,)
    return tuple(_one(scene, intent, invoice) for invoice in target.invoices)


def _paid_apart(scene: Scene, reading: Reading) -> tuple[Scene, ...]:
    """Return one scene a payment, where each client has an amount: Hooli 500 and Globex 300."""
    names = sure_clients(scene)
    if reading.intent != "record_payment" or len(names) <= 1:
        return ()
    texts = apart(scene, names)
    parts = tuple(make_scene(text, scene.world, scene.chart.languages) for text in texts)
    return parts if parts and all(len(amounts_of(part)) == 1 for part in parts) else ()


def listed_clients(scene: Scene, reading: Reading) -> tuple[Scene, ...]:
    """Return one scene a client, where a request names several: remind Hooli and Globex."""
    spelt = [name for name in scene.named if scene.chart.kind(name.start) is not Kind.MAIL]
    sure = [name for name in spelt if len(name.clients) == 1]
    shared = reading.intent == "record_payment" and not amounts_of(scene)
    if not (shared or reading.intent in _OF_SEVERAL) or len(sure) <= 1 or reading.references:
        return ()
    sure.sort(key=lambda name: name.start)
    between = {
        scene.chart.key(place)
        for one, after in pairwise(sure)
        for place in range(one.end, after.start)
        if not _is_short_for(scene.chart.key(place), after.clients[0].name)
    }
    joints = {",", "and", "et", "&", "y", "e", "und", "or", "la", "le", "l'", "the", "die", "den"}
    joints |= {"draft", "invoice", "brouillon", "facture", "for", "of", "pour", "d'"}
    joints |= {"a", "to", "al", "an", "au", "aussi", "also", "auch", "plus", "too"}
    return tuple(replace(scene, named=(name,)) for name in sure) if between <= joints else ()


_OF_SEVERAL = frozenset(
    {"send_reminder", "send_invoice", "void_invoice", "search_invoices", "search_owed"}
)


def _is_short_for(key: str, name: str) -> bool:
    """Tell whether a word is the beginning of one in a name: coop of Coopérative."""
    long = len(key) >= ABBREVIATION_LETTERS_MIN
    return long and any(word.startswith(key) for word in name_words(name))


def _remind_client(scene: Scene, reading: Reading, memory: Memory) -> tuple[Call, ...]:
    """Return the reminder by client, where no single invoice is spoken of."""
    spoken = {"invoice", "number"} & reading.evidence
    if reading.intent != "send_reminder" or spoken:
        return ()
    clients = [name.clients[0].name for name in scene.named if len(name.clients) == 1]
    if not clients and memory.client and "pronoun" in reading.evidence:
        clients = [memory.client]
    return tuple(propose("send_reminder", {"client": name}) for name in dict.fromkeys(clients))


def _remind_listed(scene: Scene, reading: Reading, memory: Memory) -> tuple[Call, ...]:
    """Return a reminder for each client of the invoices just listed: remind them all."""
    known = filter(None, map(scene.directory.invoice, memory.listed))
    clients = dict.fromkeys(one.client for one in known if one.is_open)
    every = {"everything", "pronoun"} <= reading.evidence
    if not every or not 1 < len(clients) <= REMINDED_AT_ONCE_MAX:
        return ()
    return tuple(propose("send_reminder", {"client": name}) for name in clients)


def _remind_many(scene: Scene, reading: Reading, memory: Memory) -> tuple[Call, ...]:
    """Return the late invoices and the question whom to remind: nudge everybody who is late.

    One yes is never for more letters than people read: they see who is late, and choose.
    """
    said = reading.evidence
    late = {"overdue_status", "open_status", "unpaid", "late_payers", "owe"} & said
    many = "everything" in said or (late and {"clients", "invoices", "late_payers"} & said)
    about_one = "invoice" in said and memory.client
    if not many or about_one or described_client(scene):
        return ()
    args = search_args(scene)
    args.pop("text", None)
    args.setdefault("status", ("overdue",))
    return (make_call("search_invoices", args), ask("client"))


def find_target(scene: Scene, reading: Reading, memory: Memory) -> Target:
    """Return the invoices that a request is about."""
    picked = _picked(scene, memory)
    if picked and not reading.references:
        return Target((picked,))
    if reading.references:
        known = [one.invoice for one in reading.references if one.invoice]
        if len(known) < len(reading.references):
            return Target(missing=("number",))
        return Target(tuple(dict.fromkeys(known)))
    if points_to_last(scene) and not scene.named and memory.reference:
        return _remembered(scene, memory)
    described = None if scene.named else described_client(scene)
    clients = described.clients if described else scene.clients
    if _is_spoken_of(reading, memory, clients):
        return _remembered(scene, memory)
    if clients and not _is_addressee(scene, reading):
        return _of_clients(scene, reading, tuple(client.name for client in clients))
    spoken = {"pronoun", "invoice", "issue_draft"} & reading.evidence
    if memory.reference and (spoken or not (scene.named or subject_words(scene))):
        return _remembered(scene, memory)
    if memory.client and "pronoun" in reading.evidence:
        return _of_clients(scene, reading, (memory.client,))
    return _by_subject(scene, reading)


def _picked(scene: Scene, memory: Memory) -> KnownInvoice | None:
    """Return the invoice that 'the second one' means of those just listed; -1 is the last."""
    pick = next(scene.chart.find("cue", "pick"), None)
    place = next((int(m.value) for m in scene.chart.find("place_in_list")), 0) if pick else 0
    at = place - 1 if place > 0 else len(memory.listed) + place
    if len(memory.listed) <= 1 or place == 0 or not 0 <= at < len(memory.listed):
        return None
    return scene.directory.invoice(memory.listed[at])


def _is_spoken_of(reading: Reading, memory: Memory, clients: tuple[KnownClient, ...]) -> bool:
    """Tell whether a pronoun means the invoice spoken of last: 'send it to Awa', who has it."""
    names = [client.name for client in clients]
    pointed = "pronoun" in reading.evidence and "invoice" not in reading.evidence
    return bool(memory.reference) and pointed and names == [memory.client]


def _is_addressee(scene: Scene, reading: Reading) -> bool:
    """Tell whether the only client is just whom an address to send to belongs to."""
    kinds = {scene.chart.kind(name.start) for name in scene.named}
    return reading.intent == "send_invoice" and kinds == {Kind.MAIL}


def _remembered(scene: Scene, memory: Memory) -> Target:
    known = scene.directory.invoice(memory.reference)
    return Target((known,)) if known else Target(last=memory.reference)


def _of_clients(scene: Scene, reading: Reading, names: tuple[str, ...]) -> Target:
    if len(names) > CLIENTS_LOOKED_AT_MAX:
        return Target(missing=("client", "number"))
    found = tuple(one for name in names for one in _candidates(scene, reading.intent, name))
    amounts = {amount.value for amount in amounts_of(scene)}
    if reading.intent == "record_payment" and len(found) > 1 and len(amounts) == 1:
        found = by_amount(found, next(iter(amounts)))
    found = narrow(scene, found)
    if len(found) == 1 or (found and not amounts and _is_all_of_them(scene, reading)):
        return Target(found)
    missing = ("number",) if len(names) == 1 else ("client", "number")
    return Target(missing=missing, options=tuple(one.reference for one in found))


def _is_all_of_them(scene: Scene, reading: Reading) -> bool:
    """Tell whether a payment or reminder is for every open invoice: both, all, everything."""
    said = {scene.chart.key(match.start) for match in scene.chart.find("cue", "everything")}
    several = {"record_payment", "send_reminder"}
    return reading.intent in several and bool(said & _ALL) and not _share_said(scene)


_ALL = frozenset({"both", "all", "everything", "tout", "toutes", "tous", "todas", "beide", "alle"})


def _share_said(scene: Scene) -> bool:
    return any(match.value not in {"all", "of"} for match in scene.chart.find("part"))


def _candidates(scene: Scene, intent: str, client: str) -> tuple[KnownInvoice, ...]:
    every = scene.directory.of_client(client)
    if intent == "send_invoice":
        drafts = tuple(one for one in every if one.status == "draft")
        return drafts or open_of(scene, client)
    if intent == "create_credit_note":
        return open_of(scene, client) or tuple(one for one in every if one.status == "paid")
    if intent in {"void_invoice", "issue_invoice"} and any(scene.chart.find("status", "draft")):
        return tuple(one for one in every if one.status == "draft")
    if intent == "issue_invoice":
        return tuple(one for one in every if one.status == "draft")
    return open_of(scene, client)


def _by_subject(scene: Scene, reading: Reading) -> Target:
    words = subject_said(scene) or subject_words(scene)
    found = scene.directory.about(words) if words else ()
    if reading.intent != "create_credit_note":
        kept = tuple(one for one in found if one.is_open or one.status == "draft")
        found = kept or found
    found = narrow(scene, found)
    return Target(found) if len(found) == 1 else Target(missing=("number",))


def _one(scene: Scene, intent: str, invoice: KnownInvoice) -> Call:
    """Return the call for one invoice; where it cannot be, show the invoice or ask."""
    closed = invoice.status in {"paid", "void"}
    if intent in {"send_reminder", "record_payment"} and closed:
        return make_call("get_invoice", {"number": invoice.reference})
    if intent == "void_invoice" and invoice.status == "void":
        return make_call("get_invoice", {"number": invoice.reference})
    args: dict[str, object] = {"number": invoice.reference, **_extras(scene, intent)}
    if intent in {"record_payment", "create_credit_note"}:
        whole = invoice.balance if intent == "record_payment" else invoice.total
        worked, missing = worked_amount(scene, invoice, whole)
        if intent == "record_payment" and paid_day(scene)[1]:
            missing = "date"
        if missing:
            return ask(missing)
        if worked is not None:
            args["amount"] = plain(worked)
    return propose(intent, args)


def _extras(scene: Scene, intent: str) -> dict[str, object]:
    """Return the arguments beside number and amount: date, method, address, reason."""
    args: dict[str, object] = {}
    if intent == "record_payment":
        method = next((match.value for match in scene.chart.find("method")), "")
        day = paid_day(scene)[0]
        args.update({"method": method} if method else {})
        args.update({"date": day.isoformat()} if day else {})
    if intent == "send_invoice":
        address = next((t.text for t in scene.chart.tokens if t.kind is Kind.MAIL), "")
        args.update({"to": address} if address else {})
    if intent in {"void_invoice", "create_credit_note"}:
        reason = _reason(scene)
        args.update({"reason": reason} if reason else {})
    return args


def _reason(scene: Scene) -> str:
    match = next(scene.chart.find("cue", "reason"), None)
    if match is None:
        return ""
    return scene.chart.words(match.start, len(scene.chart.tokens)).strip(" .!,")
