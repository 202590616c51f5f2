"""Log out: end one session or all of a user's; list those that are open."""

from __future__ import annotations

from datetime import datetime

from net30.domain.audit import INSTALLATION
from net30.domain.identity.records import AccountKey
from net30.domain.identity.secret import fingerprint
from net30.domain.identity.session import Session
from net30.ports.accounts import Accounts
from net30.services.identity.noted import noted


def open_sessions(accounts: Accounts, user_id: str, now: datetime) -> tuple[Session, ...]:
    """Return a user's sessions, the newest first."""
    with accounts.reading() as tx:
        found = tx.find(Session, AccountKey.OWNER, user_id)
    valid = (session for session in found if session.is_valid(now))
    return tuple(sorted(valid, key=lambda session: session.made_at, reverse=True))


def log_out(accounts: Accounts, secret: str, now: datetime) -> bool:
    """End the session of a secret; tell whether there was one."""
    with accounts.writing() as tx:
        session = tx.get(Session, fingerprint(secret))
        if session is None:
            return False
        tx.remove(Session, session.id)
        tx.note(INSTALLATION, [noted("signed_out", session.user_id, session.user_id, now)])
    return True


def end_session(accounts: Accounts, user_id: str, session_id: str, now: datetime) -> bool:
    """End one session of a user; tell whether there was one."""
    with accounts.writing() as tx:
        session = tx.get(Session, session_id)
        if session is None or session.user_id != user_id:
            return False
        tx.remove(Session, session_id)
        tx.note(INSTALLATION, [noted("signed_out", user_id, user_id, now)])
    return True


def end_sessions(accounts: Accounts, user_id: str, by: str, now: datetime) -> int:
    """End all sessions of a user, on every machine; return how many."""
    with accounts.writing() as tx:
        sessions = tx.find(Session, AccountKey.OWNER, user_id)
        for session in sessions:
            tx.remove(Session, session.id)
        tx.note(INSTALLATION, [noted("sessions_ended", user_id, by, now, str(len(sessions)))])
    return len(sessions)
