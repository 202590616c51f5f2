"""Passwords: what one must be (NIST SP 800-63B: length counts, rules about signs do not)."""

from __future__ import annotations

from net30.kernel.errors import InputError

CHARACTERS_MIN = 12
CHARACTERS_MAX = 200
DIFFERENT_MIN = 5
MAILBOX_MIN = 4
"""A shorter name is in many a good password by chance."""


def check_password(password: str, email: str) -> None:
    """Raise InputError for a password that is too short, too long or easy to guess.

    The message never repeats it.
    """
    if len(password) < CHARACTERS_MIN:
        raise _refused(f"the password has fewer than {CHARACTERS_MIN} characters")
    if len(password) > CHARACTERS_MAX:
        raise _refused(f"the password has more than {CHARACTERS_MAX} characters")
    if len(set(password)) < DIFFERENT_MIN:
        raise _refused(f"the password has fewer than {DIFFERENT_MIN} different characters")
    mailbox = email.partition("@")[0]
    if len(mailbox) >= MAILBOX_MIN and mailbox in password.lower():
        raise _refused("the password has the mail address in it")


def _refused(message: str) -> InputError:
    return InputError(
        message, hint="take a few words that nobody would put together", code="password"
    )
