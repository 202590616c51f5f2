"""Passkeys by WebAuthn; no statement of who built the device is asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from net30.domain.identity.passkey import Passkey
from net30.domain.identity.user import User
from net30.kernel.errors import Forbidden
from net30.ports.passkeys import Answer, MadeKey, Passkeys

NAME = "net30"
ANSWER_CHARACTERS_MAX = 20_000
ID_CHARACTERS_MAX = 1400  # WebAuthn: 1023 bytes

_MISREAD = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What the library raises for an answer that is none."""


def build(address: str) -> Passkeys:
    """Return the passkeys of an address such as https://books.example."""
    return WebAuthn(host=urlsplit(address).hostname or "", address=address)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAuthn:
    """The passkeys of one address."""

    host: str
    address: str

    def options_to_make(self, user: User, known: Sequence[Passkey], challenge: str) -> str:
        """Return what the browser asks a device to make."""
        options = generate_registration_options(
            rp_id=self.host,
            rp_name=NAME,
            user_id=user.id.encode(),
            user_name=user.email,
            user_display_name=user.name,
            challenge=challenge.encode(),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.id)) for one in known
            ],
        )
        return options_to_json(options)

    def made(self, answer: Answer) -> MadeKey:
        """Return the new key pair's public half."""
        try:
            verified = verify_registration_response(
                credential=_parsed(answer.text),
                expected_challenge=answer.challenge.encode(),
                expected_rp_id=self.host,
                expected_origin=self.address,
                require_user_verification=True,
            )
        except _MISREAD as error:
            raise _refused() from error
        return MadeKey(
            id=bytes_to_base64url(verified.credential_id),
            public_key=bytes_to_base64url(verified.credential_public_key),
            sign_count=verified.sign_count,
        )

    def options_to_sign(self, challenge: str) -> str:
        """Return what the browser asks any device to sign."""
        options = generate_authentication_options(
            rp_id=self.host,
            challenge=challenge.encode(),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def id_in(self, answer: Answer) -> str:
        """Return which passkey an answer claims to be of."""
        try:
            found = _parsed(answer.text).get("id", "")
        except _MISREAD:
            return ""
        return found if isinstance(found, str) and len(found) <= ID_CHARACTERS_MAX else ""

    def signed(self, answer: Answer, passkey: Passkey) -> int:
        """Return the device's count, for an answer that the passkey has signed."""
        try:
            told = _parsed(answer.text)
            verified = verify_authentication_response(
                credential=told,
                expected_challenge=answer.challenge.encode(),
                expected_rp_id=self.host,
                expected_origin=self.address,
                credential_public_key=base64url_to_bytes(passkey.public_key),
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
            whose = told["response"].get("userHandle") or ""
            right = base64url_to_bytes(whose) in {b"", passkey.user_id.encode()}
        except _MISREAD as error:
            raise _refused() from error
        if not right or bytes_to_base64url(verified.credential_id) != passkey.id:
            raise _refused()
        return verified.new_sign_count


def _parsed(text: str) -> dict[str, Any]:  # Any: a browser's JSON
    if len(text) > ANSWER_CHARACTERS_MAX:
        raise ValueError("too long")
    told = json.loads(text)
    if not isinstance(told, dict):
        raise TypeError("no object")
    return told


def _refused() -> Forbidden:
    return Forbidden(
        "this passkey was not accepted", hint="try again, or sign in another way", code="passkey"
    )
