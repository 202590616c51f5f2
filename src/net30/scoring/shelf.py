"""Shelf: all versions of a model, with what is wrong with any of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from net30.kernel.errors import InputError
from net30.kernel.findings import Finding
from net30.scoring.card import Card, read_card
from net30.scoring.model import CARD_FILE, ONNX_FILE
from net30.scoring.registry import CURRENT, version_number


@dataclass(frozen=True, slots=True)
class Shelf:
    """The cards of the whole versions, the oldest first, and which of them is current ("" if none).

    `findings` name the folders that are passed over: unfinished, damaged, or not ours.
    """

    cards: tuple[Card, ...]
    current: str
    findings: tuple[Finding, ...]


def read_shelf(folder: Path) -> Shelf:
    """Return what is in a model's folder; one that is not there has nothing in it."""
    cards, findings = [], []
    folders = [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    for path in sorted(folders, key=lambda one: (version_number(one.name), one.name)):
        try:
            cards.append(_checked(path))
        except InputError as fault:
            findings.append(Finding(fault.code, path.name, fault.message))
    pointer = folder / CURRENT
    there = pointer.is_file()
    current = pointer.read_text(encoding="utf-8", errors="replace").strip() if there else ""
    if cards and current not in _names(cards):
        says = f"the current version {current[:40]!r} is not there or damaged"
        findings.append(Finding("no_version", CURRENT, says))
        current = ""
    return Shelf(tuple(cards), current, tuple(findings))


def _checked(folder: Path) -> Card:
    """Return a version's card; raise InputError unless its model is the one it was written for."""
    if not version_number(folder.name):
        raise InputError(
            "this is no version of a model", hint="keep other files elsewhere", code="no_version"
        )
    card = read_card(folder / CARD_FILE)
    path = folder / ONNX_FILE
    if not path.is_file() or sha256(path.read_bytes()).hexdigest() != card.model_sha256:
        raise InputError(
            f"{path.name} is not the file its card was written for (SHA-256 differs)",
            hint="copy the model again, or train it anew",
            code="model_file",
        )
    if card.version != folder.name:
        raise InputError(
            f"its card is that of {card.version}",
            hint="keep a model and its card together",
            code="card",
        )
    return card


def _names(cards: Sequence[Card]) -> set[str]:
    return {card.version for card in cards}
