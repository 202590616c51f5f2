"""Letters: a mail pasted into a message tells facts; what it asks for itself is not followed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SENTENCES_MAX = 40

_HEAD = re.compile(
    r"^\s*(?:from|to|cc|date|sent|subject|de|à|a|pour|objet|envoyé|para|asunto|fecha|assunto|data"
    r"|von|an|betreff|gesendet|datum|من|إلى|الموضوع)\s*:\s*(?P<told>.*)$",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"^\s*(?:subject|objet|asunto|assunto|betreff|الموضوع)\s*:", re.IGNORECASE)
_RULE = re.compile(r"^\s*(?:-{2,}|={3,}|_{3,}|\*{3,}|>{2,}|—+)[^\w]*$")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_SENTENCE = re.compile(r"(?<=[.!?؟])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Letter:
    """A pasted mail: what the user says of it, who wrote it, and its sentences."""

    request: str
    sender: str
    sentences: tuple[str, ...]

    def told(self, is_kept: Callable[[str], bool]) -> str:
        """Return the user's words with the sentences that are kept."""
        kept = [sentence for sentence in self.sentences if is_kept(sentence)]
        return f"{self.request} {self.sender}: {' '.join(kept)}".strip()


def read_letter(text: str) -> Letter | None:
    """Return the mail that a message holds: heads with an address, and a request apart from it.

    The request stands before the heads, or after a line of dashes.
    """
    lines = text.splitlines()
    heads = [at for at, line in enumerate(lines) if _HEAD.match(line)]
    addresses = [found[0] for at in heads if (found := _MAIL.search(lines[at]))]
    if not heads or not addresses:
        return None
    body_start = _after_heads(heads)
    before = "\n".join(lines[: heads[0]]).strip()
    ends = [at for at in range(body_start, len(lines)) if _RULE.match(lines[at])]
    end = ends[-1] if ends else len(lines)
    after = "\n".join(lines[end + 1 :]).strip()
    request = " ".join(one for one in (before, after) if one)
    if not request:
        return None
    body = "\n".join(lines[body_start:end])
    sentences = tuple(one.strip() for one in _SENTENCE.split(body) if one.strip())
    return Letter(request.rstrip(" :"), addresses[0], sentences[:SENTENCES_MAX])


def without_subject(text: str) -> str:
    """Return a mail without its subject line, where figures stand below: what is sold is there."""
    lines = text.splitlines()
    heads = [at for at, line in enumerate(lines) if _SUBJECT.match(line)]
    below = "".join(lines[heads[0] + 1 :]) if heads else ""
    if not any(letter.isdigit() for letter in below):
        return text
    return "\n".join(line for at, line in enumerate(lines) if at not in heads)


def _after_heads(heads: Sequence[int]) -> int:
    """Return the line after the heads that follow one another."""
    end = heads[0]
    while end in heads:
        end += 1
    return end
