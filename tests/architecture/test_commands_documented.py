"""Every command and option that the README and the pages name is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from net30.cli.commands import FILES, _program

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
TYPED = re.compile(r"(?:^|\$ |`)(?:NET30_\w+=\S+ )?net30 ([a-z][^`#;]*)", re.MULTILINE)
BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r"--[a-z][a-z-]*")
NAMED_MIN = 200


def typed() -> Iterator[tuple[str, list[str]]]:
    """The page and the words of each command that one names; of prose, only what is in `ticks`."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        prose = re.sub(r"^net30 ", " ", BLOCK.sub("", text), flags=re.MULTILINE)
        for part in (*BLOCK.findall(text), prose):
            for words in TYPED.findall(part):
                yield (
                    page.name,
                    re.sub(r"[\[\]()|\\]|\.\.\.", " ", words.partition("\n")[0]).split(),
                )


def faults(program: Any, words: list[str]) -> Iterator[str]:  # Any: a command, or a group of them
    """What a command line names that is not there; `backup PLACE` is short for `backup make`."""
    command, rest = program, list(words)
    while rest and rest[0] in getattr(command, "commands", {}):
        command = command.commands[rest.pop(0)]
    if command is program:
        yield f"no command {words[0]}"
    every = [command, *getattr(command, "commands", {}).values()]
    options = [option for one in every for option in one.params]
    known = {name for option in options for name in (*option.opts, *option.secondary_opts)}
    for option in OPTION.findall(" ".join(rest)):
        if option not in known | {"--help"}:
            yield f"{' '.join(words[: len(words) - len(rest)])} has no option {option}"


def test_what_the_pages_say_to_type_can_be_typed() -> None:
    program = typer.main.get_command(_program([]))
    named = list(typed())
    assert len(named) > NAMED_MIN
    wrong = {f"{page}: {fault}" for page, words in named for fault in faults(program, words)}
    assert wrong == set()


def test_every_command_stands_on_the_page_of_commands() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert [name for name in FILES if not re.search(rf"`(?:net30 )?{name}\b", page)] == []
