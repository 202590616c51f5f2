"""Records: what is kept of identity, and by what it is found."""

from __future__ import annotations

from enum import StrEnum

from net30.domain.identity.api_key import ApiKey
from net30.domain.identity.guesses import Guesses
from net30.domain.identity.membership import Membership
from net30.domain.identity.one_time_link import OneTimeLink
from net30.domain.identity.passkey import Passkey
from net30.domain.identity.second_factor import SecondFactor
from net30.domain.identity.session import Session
from net30.domain.identity.sign_in_step import SignInStep
from net30.domain.identity.sign_on import SignOn, SignOnProvider
from net30.domain.identity.user import User

AccountRecord = (
    User
    | Membership
    | Session
    | ApiKey
    | OneTimeLink
    | Guesses
    | SecondFactor
    | SignInStep
    | Passkey
    | SignOnProvider
    | SignOn
)

ACCOUNT_KINDS: dict[str, type[AccountRecord]] = {
    "user": User,
    "membership": Membership,
    "session": Session,
    "api_key": ApiKey,
    "one_time_link": OneTimeLink,
    "guesses": Guesses,
    "second_factor": SecondFactor,
    "sign_in_step": SignInStep,
    "passkey": Passkey,
    "sign_on_provider": SignOnProvider,
    "sign_on": SignOn,
}
"""The stored name of each kind; never changed once written."""


class AccountKey(StrEnum):
    """What records are found by, besides their id; NAME is unique within a kind."""

    NAME = "name"
    """A user's mail address, an API key's prefix."""
    OWNER = "owner"
    """The user whose membership, session, key, link or passkey it is."""
    ORGANISATION = "organisation"
    """The organisation of a membership, key or sign-on provider."""


def account_keys(record: AccountRecord) -> dict[AccountKey, str]:
    """Return the values that a record is found by."""
    match record:
        case User():
            return {AccountKey.NAME: record.email}
        case Membership():
            return {
                AccountKey.OWNER: record.user_id,
                AccountKey.ORGANISATION: record.organisation,
            }
        case ApiKey():
            return {
                AccountKey.NAME: record.prefix,
                AccountKey.OWNER: record.user_id,
                AccountKey.ORGANISATION: record.organisation,
            }
        case Session() | OneTimeLink() | SignInStep():
            return {AccountKey.OWNER: record.user_id} if record.user_id else {}
        case Passkey() | SignOn():
            return {AccountKey.OWNER: record.user_id}
        case SignOnProvider():
            return {AccountKey.ORGANISATION: record.organisation}
        case _:  # Guesses, SecondFactor: found by their id alone
            return {}
