"""Follow-ups: a yes, a no, an answer to a question, a correction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from net30.assistant.calls import Call, ask, propose
from net30.assistant.intents.adding import parts_of
from net30.assistant.intents.answers import completed
from net30.assistant.intents.cues import find_cues
from net30.assistant.intents.evidence import Reading, weigh
from net30.assistant.intents.lookups import NEW_REQUEST_MIN, bare_reference, on_lookup
from net30.assistant.intents.memory import Memory
from net30.assistant.orders.corrections import corrected, kept_lines, order_of_args
from net30.assistant.orders.create import place_order, read_order
from net30.assistant.orders.order import Order, stems
from net30.assistant.targets.narrowing import narrow, open_of
from net30.assistant.targets.paying import amounts_of, paid_day, worked_amount
from net30.assistant.understanding.directory import KnownInvoice
from net30.assistant.understanding.scene import Scene, make_scene
from net30.assistant.understanding.tokens import Kind
from net30.kernel.decimals import plain

Request = Callable[[Scene, Memory], tuple[Call, ...]]

SHORT_ANSWER_TOKENS = 4
_LOOKING = frozenset({"show", "search", "which", "invoices", "client"})
_FOR_ORDER = {"unit_price", "description", "quantity"}
"""What only an order can lack."""


def follow_up(scene: Scene, memory: Memory, request: Request) -> tuple[Call, ...] | None:
    """Return the calls of a message that takes up an earlier turn, or None for a new request."""
    reading = weigh(scene)
    if reading.intent.startswith("refuse_"):
        if _drops_it_all(scene, reading, memory):
            return ()
        return _kept_lines(scene, reading, memory)
    if memory.pending:
        found = _yes_and_more(scene, memory, request)
        found = _on_pending(scene, reading, memory) if found is None else found
        if found is not None:
            return found
    if memory.asked:
        found = _on_question(scene, reading, memory, request)
        if found is not None:
            return found
    if memory.draft and not memory.lookup:
        found = _on_draft(scene, reading, memory)
        if found is not None:
            return found
    found = on_lookup(scene, reading, memory)
    if found is None and _is_thanks(scene, reading, memory):
        return ()
    if found is None and _is_bare_answer(scene, reading):
        return ()  # a yes or no with nothing to say it to
    return found


def _kept_lines(scene: Scene, reading: Reading, memory: Memory) -> tuple[Call, ...] | None:
    """Return the draft with the lines that 'remove everything except the training' leaves."""
    about_books = {"invoices", "clients", "payment", "number"} & reading.evidence
    if reading.intent != "refuse_mass" or about_books or memory.draft is None or memory.lookup:
        return None
    order = order_of_args(memory.draft, scene.directory)
    kept = kept_lines(order, scene)
    return None if kept == order else (place_order(kept),)


def _is_thanks(scene: Scene, reading: Reading, memory: Memory) -> bool:
    """Tell whether a message in a conversation only thanks, or takes leave."""
    short = len(scene.chart.tokens) <= SHORT_ANSWER_TOKENS
    return reading.intent == "help" and "help" not in reading.evidence and short and memory.goes_on


def _drops_it_all(scene: Scene, reading: Reading, memory: Memory) -> bool:
    """Tell whether 'cancel all that' only says no to what waits, and deletes nothing."""
    waits = bool(memory.pending or memory.asked or (memory.draft and not memory.lookup))
    short = len(scene.chart.tokens) <= SHORT_ANSWER_TOKENS
    told = reading.intent == "refuse_mass" and "invoices" not in reading.evidence
    return waits and short and told


def _is_bare_answer(scene: Scene, reading: Reading) -> bool:
    said = {"yes", "no"} & reading.evidence
    return bool(said) and not reading.intent and len(scene.chart.tokens) <= SHORT_ANSWER_TOKENS


def _says(scene: Scene, value: str) -> bool:
    """Tell whether a message begins with yes or no, or ends so when it is short."""
    cues = find_cues(scene)
    size = len(scene.chart.tokens)
    for match in cues:
        if match.value != value:
            continue
        before = range(match.start)
        if all(
            scene.chart.is_filler(place) or scene.chart.kind(place) is Kind.SIGN for place in before
        ):
            return True
        if match.end >= size - 1 and size <= SHORT_ANSWER_TOKENS:
            return True
    return False


def _on_pending(scene: Scene, reading: Reading, memory: Memory) -> tuple[Call, ...] | None:
    if _is_other_request(reading, memory):
        return None
    changed = _changed(scene, reading, memory)
    if changed is not None:
        return changed
    asks = bool(reading.intent) and (
        reading.weight >= NEW_REQUEST_MIN or not reading.evidence.isdisjoint(_LOOKING)
    )
    plain_no = "no" in reading.evidence and not asks and "yes" not in reading.evidence
    if plain_no or _says(scene, "no"):
        return ()
    repeated = reading.intent in {call.tool for call in memory.pending} and not scene.named
    if _says(scene, "yes") or (repeated and len(scene.chart.tokens) <= SHORT_ANSWER_TOKENS):
        return memory.pending
    return None


def _yes_and_more(scene: Scene, memory: Memory, request: Request) -> tuple[Call, ...] | None:
    """Return what waits and what is asked besides: yes, and remind Globex."""
    chart = scene.chart
    yes = next((match for match in find_cues(scene) if match.value == "yes"), None)
    if yes is None or not all(chart.is_filler(place) for place in range(yes.start)):
        return None
    start = yes.end
    while start < len(chart.tokens) and chart.kind(start) is Kind.SIGN:
        start += 1
    joint = chart.at(start, "logic", "and") or chart.at(start, "act", "help")
    if joint is None or joint.end >= len(chart.tokens):
        return None
    rest = make_scene(chart.words(joint.end, len(chart.tokens)), scene.world, chart.languages)
    more = weigh(rest)
    again = more.intent in {call.tool for call in memory.pending} and not rest.named
    if more.weight < NEW_REQUEST_MIN or again or more.intent.startswith("refuse_"):
        return None
    return (*memory.pending, *request(rest, replace(memory, pending=())))


def _is_other_request(reading: Reading, memory: Memory) -> bool:
    """Tell whether a message asks for something else than what is pending."""
    same = reading.intent in {call.tool for call in memory.pending}
    plain_no = {"no", "yes", "change"} & reading.evidence
    strong = reading.weight >= NEW_REQUEST_MIN and bool(reading.intent)
    answers = {"void_invoice", "send_invoice"}
    return strong and not same and not (plain_no and reading.intent in answers)


def _changed(scene: Scene, reading: Reading, memory: Memory) -> tuple[Call, ...] | None:
    """Return the confirmations with a changed number, amount, date, method or address."""
    first = memory.pending[0]
    args: dict[str, object] = dict(first.args.as_json())
    before = dict(args)
    if "number" not in args:  # a draft that a model proposed, a reminder of all
        return _one_of_theirs(scene, first)
    known = [one.invoice for one in reading.references if one.invoice]
    known = known or bare_reference(scene, first.tool)
    if "asked" in reading.evidence and not known and bare_reference(scene, ""):
        return (ask("number"),)  # wait, was that 45?
    others = () if known else _of_other_client(scene, reading, str(args["number"]))
    if (reading.references and not known) or len(others) > 1:
        return (ask("number"),)
    known = known or list(others)
    if known:
        args["number"] = known[-1].reference
    invoice = scene.directory.invoice(str(args.get("number", "")))
    renumbered = args.get("number") != before.get("number")
    if (
        invoice
        and first.tool in {"record_payment", "create_credit_note"}
        and not (renumbered and not reading.references)
    ):
        whole = invoice.balance if first.tool == "record_payment" else invoice.total
        amount, missing = worked_amount(scene, invoice, whole)
        if missing:
            return (ask(missing),)
        if amount is not None:
            args["amount"] = plain(amount)
    if first.tool == "record_payment":
        _pay_details(scene, args)
    address = next((t.text for t in scene.chart.tokens if t.kind is Kind.MAIL), "")
    if first.tool == "send_invoice" and address:
        args["to"] = address
    return (propose(first.tool, args),) if args != before else None


def _of_other_client(scene: Scene, reading: Reading, number: str) -> tuple[KnownInvoice, ...]:
    """Return the open invoices of another client named instead: 'no, it was Hooli'."""
    before = scene.directory.invoice(number)
    puts_right = {"change", "no"} & reading.evidence
    if not puts_right or scene.client is None or before is None:
        return ()
    if scene.client.name == before.client:
        return ()
    return narrow(scene, open_of(scene, scene.client.name))


def _one_of_theirs(scene: Scene, waiting: Call) -> tuple[Call, ...] | None:
    """Return a reminder of all a client owes narrowed to one invoice: the one from October."""
    client = waiting.args.as_json().get("client")
    owed = open_of(scene, client) if isinstance(client, str) else ()
    kept = narrow(scene, owed)
    if waiting.tool != "send_reminder" or not len(kept) == 1 < len(owed):
        return None
    return (propose(waiting.tool, {"number": kept[0].reference}),)


def _pay_details(scene: Scene, args: dict[str, object]) -> None:
    method = next((match.value for match in scene.chart.find("method")), "")
    day, _ = paid_day(scene)
    if method:
        args["method"] = method
    if day:
        args["date"] = day.isoformat()


def _on_question(
    scene: Scene, reading: Reading, memory: Memory, request: Request
) -> tuple[Call, ...] | None:
    """Take a message as the answer to what was asked."""
    if _says(scene, "no") and len(scene.chart.tokens) <= SHORT_ANSWER_TOKENS and not scene.named:
        return ()
    if _starts_afresh(reading):
        return None
    if not memory.requests:
        return None
    languages = scene.chart.languages
    earlier = replace(memory, asked=(), pending=(), requests=(), lookup=None)
    first = make_scene(memory.requests[0], scene.world)
    before = weigh(first)
    if before.intent == "create_invoice" or _FOR_ORDER & set(memory.asked):
        order = _put_right(first, before, memory) or read_order(first)
        for text in memory.requests[1:]:
            order = completed(order, make_scene(text, scene.world), memory)
        return (place_order(completed(order, scene, memory)),)
    answer = scene.chart.text
    if "number" in memory.asked and not reading.references and not scene.named:
        digits = answer.strip(" #.?!")
        answer = f"# {digits}" if digits.isdigit() else answer
    joined = make_scene(" , ".join((*memory.requests, answer)), scene.world, languages)
    if "amount" in memory.asked and amounts_of(scene):
        return _with_amount(scene, before, joined, request, earlier)
    return request(joined, earlier)


def _with_amount(
    scene: Scene, before: Reading, joined: Scene, request: Request, earlier: Memory
) -> tuple[Call, ...]:
    """Return the request with the new amount in the place of the old one."""
    known = [one.invoice for one in before.references if one.invoice]
    if len(known) != 1 or before.intent not in {"record_payment", "create_credit_note"}:
        return request(joined, earlier)
    whole = known[0].balance if before.intent == "record_payment" else known[0].total
    amount, missing = worked_amount(scene, known[0], whole)
    if missing or amount is None:
        return (ask(missing or "amount"),)
    return (propose(before.intent, {"number": known[0].reference, "amount": plain(amount)}),)


def _starts_afresh(reading: Reading) -> bool:
    strong = reading.weight >= NEW_REQUEST_MIN and reading.intent != "record_payment"
    leads = any(name.startswith("lead:") for name in reading.evidence)
    return strong and leads and reading.intent != "get_invoice"


def _on_draft(scene: Scene, reading: Reading, memory: Memory) -> tuple[Call, ...] | None:
    """Return the draft anew, with what the message corrects."""
    changed = _put_right(scene, reading, memory)
    return None if changed is None else (place_order(changed),)


def _put_right(scene: Scene, reading: Reading, memory: Memory) -> Order | None:
    """Return the order of the draft with what a message corrects, or None where it does not."""
    if memory.draft is None:
        return None
    removes = "remove" in reading.evidence and any(
        any(scene.chart.find(kind, "word")) for kind in ("discount", "tax")
    )
    about_another = bool({"number", "invoice"} & reading.evidence)
    puts_right = bool({"lead:remove", "lead:add"} & reading.evidence) and not about_another
    if not removes and not puts_right and _is_fresh(reading):
        return None
    order = order_of_args(memory.draft, scene.directory)
    if _is_whole_order(scene, reading) or _orders_another(scene, reading, order):
        return None
    changed = order
    for part in parts_of(scene):
        said = reading if part is scene else weigh(part)
        changed = corrected(changed, part, said.evidence)
    return None if changed == order and not removes else changed


def _orders_another(scene: Scene, reading: Reading, order: Order) -> bool:
    """Tell whether a message orders something else of its own: invoice Globex for transport.

    What it leaves out is asked, and never taken from the draft before.
    """
    leads = {"lead:bill", "lead:create", "new"} & reading.evidence
    if not leads or {"change", "add", "rename", "lead:remove"} & reading.evidence:
        return False
    said = read_order(scene)
    sold = stems(" ".join(line.description for line in said.lines))
    other_client = bool(said.stranger) or (bool(said.clients) and said.clients != order.clients)
    other_thing = sold.isdisjoint(stems(" ".join(line.description for line in order.lines)))
    return bool(sold) and (other_client or (bool(said.clients) and other_thing))


def _is_whole_order(scene: Scene, reading: Reading) -> bool:
    """Tell whether a message says all of an order itself, client and thing and price."""
    adds = {"lead:add", "add", "change", "lead:change"} & reading.evidence
    said = {"client", "sale"} <= reading.evidence and not adds
    return said and not read_order(scene).missing


def _is_fresh(reading: Reading) -> bool:
    """Tell whether a message after a draft asks for something else, or for another invoice."""
    if reading.intent not in {"", "create_invoice"}:
        return reading.weight >= NEW_REQUEST_MIN
    own = {"client", "sale"} <= reading.evidence and "invoice" in reading.evidence
    return own and bool({"lead:bill", "lead:create", "new"} & reading.evidence)
