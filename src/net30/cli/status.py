"""net30 status: what this net30 is put together from, and whether each part answers."""

from __future__ import annotations

import typer

from net30.cli import exits
from net30.cli.output import print_json, print_table
from net30.cli.session import Json, opened
from net30.services.check_parts import PartState, check_parts
from net30.wiring.kinds import NONE, kinds_of


def register(program: typer.Typer) -> None:
    """Add this command to `net30`."""
    program.command("status")(status)


def status(*, json: Json = False) -> None:
    """Tell what each part is (books, files, search, mail, ...) and whether it answers now.

    The exit code is 10 when one does not. Mail, the language model and the stream are not asked.
    """
    with opened() as net30:
        kinds = kinds_of(net30.settings, net30.chat.name if net30.chat else "")
        with net30.look() as ctx:
            states = {state.part: state for state in check_parts(ctx)}
    if json:
        print_json(
            [{"part": part, "kind": kind, **_answer(states, part)} for part, kind in kinds.items()]
        )
    else:
        rows = [(part, kind, *_cells(states.get(part), kind)) for part, kind in kinds.items()]
        print_table("Parts", ("part", "what it is", "answers", "after>", "why not"), rows)
    if not all(state.answers for state in states.values()):
        raise typer.Exit(exits.UNAVAILABLE)


def _cells(state: PartState | None, kind: str) -> tuple[str, str, str]:
    if state is None:
        return "" if kind == NONE else "not asked", "", ""
    took = f"{state.seconds * 1000:,.0f} ms"
    if state.answers:
        return "yes", took, ""
    return "no", took, "; ".join(filter(None, (state.error, state.hint)))


def _answer(states: dict[str, PartState], part: str) -> dict[str, object]:
    state = states.get(part)
    if state is None:
        return {"answers": None}
    return {"answers": state.answers, "seconds": state.seconds, "error": state.error}
