"""Understand: from the turns of a conversation to the calls that the last message asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from net30.assistant.arguments import LAST
from net30.assistant.calls import Call, ask, make_call, refuse
from net30.assistant.intents import followups
from net30.assistant.intents.clauses import split
from net30.assistant.intents.evidence import Reading, weigh
from net30.assistant.intents.figures import day_as_of, export, figures
from net30.assistant.intents.letters import read_letter, without_subject
from net30.assistant.intents.memory import Memory, remember
from net30.assistant.intents.search import search_args, text_of
from net30.assistant.intents.typed import typed_call
from net30.assistant.intents.writes import find_target, listed_clients, write
from net30.assistant.orders.create import place_order, read_order
from net30.assistant.orders.order import Order
from net30.assistant.orders.several import is_shared_out, split_orders
from net30.assistant.turns import Turn
from net30.assistant.understanding.chart import ALWAYS, languages_of
from net30.assistant.understanding.clean import CHARACTERS_MAX, clean
from net30.assistant.understanding.days import Calendar, says_no_day
from net30.assistant.understanding.directory import Customs, Directory
from net30.assistant.understanding.repairs import REPAIRS_MAX, repaired
from net30.assistant.understanding.scene import Scene, World, make_scene

TOKENS_MAX = 600
"""More words, numbers and signs than this are no request but a document."""

QUESTION_WEIGHT_MIN = 63
"""A part without a verb is a question of its own with evidence this strong."""
OWN_WEIGHT_MIN = 42
"""A second clause with weaker evidence belongs to the first."""

_WRITES = {
    "record_payment",
    "void_invoice",
    "create_credit_note",
    "send_invoice",
    "send_reminder",
    "issue_invoice",
}
_QUESTIONS = {
    "get_statistics",
    "get_collection_rate",
    "analytics_report",
    "get_ageing",
    "forecast_cash",
    "top_clients",
    "risk_report",
    "list_recommendations",
    "predict_payment",
    "search_unpaid",
}
_ASKING = {"show", "search", "which", "any", "asked", "invoices", "status"}
_DOING = (_WRITES - {"record_payment"}) | {"export"}
"""What a pasted mail cannot ask for."""
_SEARCHES = {"search_invoices", "search_owed", "search_unpaid"}
_THEM = frozenset({"lui", "leur", "them", "him", "ihnen", "ihm", "lhe", "lhes"})


@dataclass(frozen=True, slots=True)
class Understood:
    """The calls that a message asks for, and the language it is written in.

    No calls at all is a plain 'all right': nothing is to be done.
    """

    calls: tuple[Call, ...]
    language: str


def understand(
    turns: Sequence[Turn], directory: Directory, customs: Customs, today: date
) -> Understood:
    """Return what the last of the turns asks for; deterministic, and never a guess of an amount."""
    text = turns[-1].text if turns else ""
    world = World(directory, customs, Calendar(today, customs.date_order))
    if len(text) > CHARACTERS_MAX:
        return Understood((refuse("too_long"),), "en")
    scene = _put_right(make_scene(without_subject(text), world, _spoken_before(turns)))
    if len(scene.chart.tokens) > TOKENS_MAX:
        return Understood((refuse("too_long"),), scene.chart.language)
    language = _answered_in(scene, turns)
    typed = typed_call(text, world)
    if typed is not None:
        return Understood((typed,), language)
    memory = remember(turns, directory)
    calls = followups.follow_up(scene, memory, _request)
    if calls is None:
        calls = _of_letter(text, scene, memory) or _request(scene, memory)
    return Understood(calls, language)


def _answered_in(scene: Scene, turns: Sequence[Turn]) -> str:
    """Return the language of a message; of a bare number that of the answers, or the house's."""
    if not scene.chart.neutral:
        return scene.chart.language
    answered = next((turn.language for turn in reversed(turns) if turn.language), "")
    said = _said_in(turns) or answered
    return said or scene.customs.language or scene.chart.language


def _put_right(scene: Scene) -> Scene:
    """Return the scene without the slips that the speaker put right in the same breath."""
    for _ in range(REPAIRS_MAX):
        text = repaired(scene)
        if text is None:
            break
        scene = make_scene(text, scene.world, scene.chart.languages)
    return scene


def _of_letter(text: str, scene: Scene, memory: Memory) -> tuple[Call, ...]:
    """Return the calls of a message with a pasted mail: the mail tells facts and asks nothing."""
    letter = read_letter(clean(text))
    if letter is None:
        return ()
    languages = scene.chart.languages
    wanted = weigh(make_scene(letter.request, scene.world, languages)).intent

    def is_kept(sentence: str) -> bool:
        intent = weigh(make_scene(sentence, scene.world, languages)).intent
        return intent == wanted or (intent not in _DOING and not intent.startswith("refuse_"))

    told = make_scene(letter.told(is_kept), scene.world, languages)
    return _calls(told, weigh(told), memory)


def _spoken_before(turns: Sequence[Turn]) -> tuple[str, ...]:
    """Return the languages of the conversation, where the last message gives none away."""
    if not turns or languages_of(turns[-1].text):
        return ()
    said = _said_in(turns)
    return (said, *(one for one in ALWAYS if one != said)) if said else ()


def _said_in(turns: Sequence[Turn]) -> str:
    """Return the language of what the user said last before this message, if any is certain."""
    before = (turn.text for turn in reversed(turns[:-1]) if turn.role == "user")
    return next((found[0] for text in before if (found := languages_of(text))), "")


def _request(scene: Scene, memory: Memory) -> tuple[Call, ...]:
    """Return the calls of a message that stands on its own."""
    whole = weigh(scene)
    if whole.intent.startswith("refuse_"):
        return (refuse(whole.intent.removeprefix("refuse_")),)
    clauses = _clauses(scene, whole)
    calls: list[Call] = []
    for clause, reading in clauses:
        calls += _calls(clause, reading, _with_calls(memory, calls))
    return tuple(call for at, call in enumerate(calls) if call not in calls[:at])


def _clauses(scene: Scene, whole: Reading) -> list[tuple[Scene, Reading]]:
    """Return the clauses that ask for something of their own; others join the one before."""
    parts = split(scene)
    if len(parts) == 1 or whole.intent == "export":
        return [(scene, whole)]
    read = cache(lambda text: _read_part(scene, text))  # joined parts are read only when needed
    found: list[str] = []
    for part, asks in parts:
        if found and not _parts_from(found[-1], part, read, asks=asks):
            found[-1] = f"{found[-1]}, {part}"
        else:
            found.append(part)
    return [read(part) for part in found] if len(found) > 1 else [(scene, whole)]


def _read_part(scene: Scene, text: str) -> tuple[Scene, Reading]:
    part = make_scene(text, scene.world, scene.chart.languages)
    return part, weigh(part)


def _parts_from(
    before: str, part: str, read: Callable[[str], tuple[Scene, Reading]], *, asks: bool
) -> bool:
    """Tell whether a part is a request of its own beside the one before."""
    reading = read(part)[1]
    if asks:
        return _stands_alone(reading, read(before)[1])
    return reading.intent in _QUESTIONS and _is_another_question(reading, read(before)[1])


def _stands_alone(reading: Reading, before: Reading) -> bool:
    if reading.weight < OWN_WEIGHT_MIN or reading.intent.startswith("refuse_"):
        return False
    if before.weight < OWN_WEIGHT_MIN or before.intent.startswith("refuse_"):
        return False
    if reading.intent in _SEARCHES and reading.evidence.isdisjoint(_ASKING):
        return False
    if _only_names(reading) and before.intent in _WRITES:
        return False  # part payment: 2000, invoice 40; remind 25, and invoice 38
    ground = before.intent in _SEARCHES and before.evidence.isdisjoint(_ASKING - {"status"})
    if ground and reading.intent in _WRITES and "client" not in reading.evidence:
        return False  # Globex has not paid: remind them
    if reading.intent == "create_invoice":
        priced = {"sale", "price"} & reading.evidence
        for_them = {"pronoun", "an_invoice"} <= reading.evidence and before.intent in _WRITES
        return bool(priced) and (bool({"client", "new"} & reading.evidence) or for_them)
    bare = before.intent == "get_invoice" and before.evidence.isdisjoint(_ASKING)
    if bare and reading.intent in _WRITES and "number" not in reading.evidence:
        return False  # 500 off on 47, credit it
    same = reading.intent == before.intent
    return not same or "number" in reading.evidence or "client" in reading.evidence


def _only_names(reading: Reading) -> bool:
    """Tell whether a clause does no more than name an invoice."""
    return reading.intent == "get_invoice" and reading.evidence.isdisjoint(_ASKING | {"detail"})


def _is_another_question(reading: Reading, before: Reading) -> bool:
    """Tell whether a part without a verb asks something else: top debtors + the ageing."""
    asking = reading.intent in _QUESTIONS and before.intent in _QUESTIONS
    weak = min(reading.weight, before.weight) < QUESTION_WEIGHT_MIN
    return asking and not weak and reading.intent != before.intent


def _with_calls(memory: Memory, calls: Sequence[Call]) -> Memory:
    """Return the memory with what earlier clauses of the same message did."""
    for call in reversed(calls):
        args = (call.pending or call).args.as_json()
        if call.tool == "create_invoice":
            return replace(memory, reference=LAST, client=str(args["client"]))
        if isinstance(args.get("number"), str):
            return replace(memory, reference=str(args["number"]))
        if isinstance(args.get("client"), str):
            return replace(memory, client=str(args["client"]))
    return memory


def _calls(scene: Scene, reading: Reading, memory: Memory) -> tuple[Call, ...]:
    intent = reading.intent
    if not intent and scene.chart.text.strip(" #?.!").isdigit():
        return (ask("number"),)  # a number that no invoice ends with
    if not intent:
        return (refuse("outside"),) if scene.chart.tokens else (make_call("help", {}),)
    if intent.startswith("refuse_"):
        return (refuse(intent.removeprefix("refuse_")),)
    if intent == "create_invoice":
        if is_shared_out(scene):
            return (ask("unit_price"),)
        orders = (read_order(part) for part in split_orders(scene))
        return tuple(place_order(_for_them(order, scene, memory)) for order in orders)
    if intent in _QUESTIONS | _SEARCHES and says_no_day(scene.chart, scene.calendar):
        return (ask("date"),)
    if intent in _SEARCHES | {"top_clients"}:
        ageing = _as_it_stood(scene, reading)
        if ageing:
            return ageing
    if intent in _SEARCHES:
        return _search(scene, reading, memory)
    if intent in _WRITES:
        return write(scene, reading, memory)
    if intent in {"get_invoice", "predict_payment"}:
        return _about_one(scene, reading, memory)
    if intent == "export":
        return export(scene, reading, memory)
    return figures(scene, reading)


def _as_it_stood(scene: Scene, reading: Reading) -> tuple[Call, ...]:
    """Return the ageing where what was owed or overdue on a past day is asked for."""
    late = {"overdue_status", "owe"} & reading.evidence
    narrowed = {"client", "money", "compare", "due", "issued", "number"} & reading.evidence
    day = None if narrowed or not late else day_as_of(scene)
    return (make_call("get_ageing", {"as_of": day.isoformat()}),) if day else ()


def _for_them(order: Order, scene: Scene, memory: Memory) -> Order:
    """Return an order for 'them' with the client of the clause before: then bill them 500."""
    known = scene.directory.invoice(memory.reference) if memory.reference else None
    name = known.client if known else memory.client
    client = scene.directory.clients.named(name) if name else None
    if client is None or order.clients or order.stranger or _THEM.isdisjoint(scene.chart.keys):
        return order
    return replace(order, clients=(client,))


def _search(scene: Scene, reading: Reading, memory: Memory) -> tuple[Call, ...]:
    if any(_is_left_out(scene, name.start) for name in scene.named):
        return (ask("client"),)  # a search finds those of a client, not those of all others
    several = listed_clients(scene, reading)
    if several:
        return tuple(
            make_call("search_invoices", search_args(one, reading.intent)) for one in several
        )
    args = search_args(scene, reading.intent)
    spoken = scene.directory.invoice(memory.reference) if memory.reference else None
    client = spoken.client if spoken else memory.client
    if {"owe", "pronoun"} <= reading.evidence and client and not scene.named:
        args.setdefault("client", client)  # what they still owe
    return (make_call("search_invoices", args),)


def _is_left_out(scene: Scene, place: int) -> bool:
    """Tell whether a name stands after 'except': everything in euros except Müller."""
    return scene.chart.ending(place, "logic", "except") is not None


def _about_one(scene: Scene, reading: Reading, memory: Memory) -> tuple[Call, ...]:
    """Return the look at, or the prediction for, the invoices meant."""
    unknown = [one for one in reading.references if one.invoice is None]
    if unknown and reading.intent == "get_invoice":
        said = scene.chart.words(unknown[0].start, unknown[0].end).upper()
        return (make_call("get_invoice", {"number": said}) if "-" in said else ask("number"),)
    target = find_target(scene, reading, memory)
    if target.missing:
        text = text_of(scene, narrowed=False) if reading.intent == "get_invoice" else ""
        looked = make_call("search_invoices", {"text": text}) if text else ask(*target.missing)
        return (looked,)
    references = [target.last] if target.last else [one.reference for one in target.invoices]
    return tuple(make_call(reading.intent, {"number": one}) for one in references)
