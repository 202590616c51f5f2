"""User: a person or a program that may sign in, known by a mail address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from net30.domain.text import clean
from net30.kernel.errors import InputError

EMAIL_CHARACTERS_MAX = 254  # RFC 5321
NAME_CHARACTERS_MAX = 200
_EMAIL = re.compile(r"[^@\s,;<>\"()\[\]\\]{1,64}@[^@\s,;<>\"()\[\]\\]{1,190}")


class UserStatus(StrEnum):
    """Whether a user has accepted, may come in, or has been removed."""

    INVITED = "invited"
    ACTIVE = "active"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One who may sign in; `password` is an argon2id hash, empty until one is set."""

    id: str
    email: str
    name: str
    made_at: datetime
    status: UserStatus = UserStatus.INVITED
    password: str = field(default="", repr=False)

    @property
    def is_active(self) -> bool:
        """Tell whether this one may come in."""
        return self.status is UserStatus.ACTIVE


def checked_email(text: str) -> str:
    """Return a mail address as users are found by it: trimmed, lower case; raise InputError."""
    email = text.strip().lower()
    if len(email) > EMAIL_CHARACTERS_MAX or not _EMAIL.fullmatch(email):
        raise InputError(
            f"{text[:EMAIL_CHARACTERS_MAX]!r} is not a mail address",
            hint="write it like awa@lagune.example",
            code="email",
        )
    return email


def checked_name(text: str, email: str) -> str:
    """Return a user's name on one line, the mail address for none; raise LimitExceeded."""
    return " ".join(clean(text, "the name", NAME_CHARACTERS_MAX).split()) or email
