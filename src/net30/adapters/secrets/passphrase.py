"""Sealing by a passphrase: keys that leave the machine in a backup open for who knows the phrase.

The key follows from the passphrase by scrypt (RFC 7914), which costs a guesser 64 MiB and some
tenths of a second a guess; AES-256-GCM seals.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from net30.kernel.errors import InputError

CHARACTERS_MIN = 12
FORM = "net30-sealed/1"
_ABOUT = b"net30 keys in a backup"
_SCRYPT = {"n": 2**16, "r": 8, "p": 1}
_MEMORY_MAX = 128 * 2**20
_SALT_BYTES, _NONCE_BYTES, _KEY_BYTES = 16, 12, 32


def seal(text: str, passphrase: str) -> str:
    """Return a text sealed; raise InputError for a passphrase that is too short to be one."""
    if len(passphrase) < CHARACTERS_MIN:
        raise InputError(
            f"the passphrase has fewer than {CHARACTERS_MIN} characters",
            hint="choose a longer one, and keep it where the backups are not",
            code="passphrase",
        )
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, text.encode(), _ABOUT)
    told = {name: b64encode(one).decode() for name, one in
            (("salt", salt), ("nonce", nonce), ("sealed", sealed))}  # fmt: skip
    return json.dumps({"form": FORM, "scrypt": _SCRYPT, **told})


def unseal(sealed: str, passphrase: str) -> str:
    """Return what was sealed; raise InputError for another passphrase, or what was changed."""
    try:
        told = json.loads(sealed)
        salt, nonce, content = (b64decode(told[name]) for name in ("salt", "nonce", "sealed"))
        return AESGCM(_key(passphrase, salt)).decrypt(nonce, content, _ABOUT).decode()
    except (ValueError, KeyError, TypeError, InvalidTag) as error:
        raise InputError(
            "the keys in the backup do not open with this passphrase",
            hint="give the one that NET30_BACKUP_PASSPHRASE was when the backup was made",
            code="passphrase",
        ) from error


def _key(passphrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        passphrase.encode(), salt=salt, maxmem=_MEMORY_MAX, dklen=_KEY_BYTES, **_SCRYPT
    )
