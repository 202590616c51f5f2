"""Described: a client that is named by what it is: the logistics company in Senegal."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from importlib.resources import files

from net30.assistant.intents.scene import Scene
from net30.assistant.understanding.clean import fold
from net30.assistant.understanding.clients import KnownClient, core, name_words
from net30.assistant.understanding.tokens import Kind

AROUND = 5
"""So many words before and after 'client' may describe it."""


@cache
def _places() -> dict[str, dict[str, tuple[str, ...]]]:
    path = files("net30.assistant") / "words" / "places.toml"
    tables: dict[str, dict[str, tuple[str, ...]]] = {"country": {}, "industry": {}}
    for table, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for value, words in entries.items():
            for word in words:
                key = fold(word)
                tables[table][key] = (*tables[table].get(key, ()), value)
    return tables


def described_clients(scene: Scene) -> tuple[KnownClient, ...]:
    """Return the clients that a description fits best; none without such words as 'client'."""
    chart = scene.chart
    for match in chart.find("described"):
        first = max(0, match.start - AROUND)
        words = [
            token.key
            for token in chart.tokens[first : match.end + AROUND]
            if token.kind is Kind.WORD
        ]
        found = _fitting(scene, words)
        if found:
            return found
    return ()


def _fitting(scene: Scene, words: list[str]) -> tuple[KnownClient, ...]:
    scores: Counter[str] = Counter()
    clients = {client.id: client for client in scene.directory.clients.clients}
    phrases = {*words, *(" ".join(pair) for pair in zip(words, words[1:], strict=False))}
    countries = {code for word in phrases for code in _places()["country"].get(word, ())}
    industries = {name for word in phrases for name in _places()["industry"].get(word, ())}
    for client in clients.values():
        score = 3 * (client.country in countries) + 3 * (fold(client.industry) in industries)
        score += 3 * (bool(client.city) and fold(client.city) in phrases)
        score += 2 * len({word for word in core(name_words(client.name)) if len(word) > 3} & set(words))  # noqa: PLR2004
        if score:
            scores[client.id] = score
    for invoice in _sold(scene, words):
        owner = scene.directory.clients.named(invoice)
        if owner:
            scores[owner.id] += 2
    if not scores:
        return ()
    best = max(scores.values())
    return tuple(clients[one] for one in clients if scores[one] == best)


def _sold(scene: Scene, words: list[str]) -> set[str]:
    """Return the clients to whom something of these words was sold."""
    rare = [
        word
        for word in words
        if len(word) > 3 and not scene.chart.at(_place(scene, word), "described")  # noqa: PLR2004
    ]
    return {invoice.client for word in rare for invoice in scene.directory.about((word,))}


def _place(scene: Scene, word: str) -> int:
    return next(at for at, token in enumerate(scene.chart.tokens) if token.key == word)
