"""Sealing by AES-256-GCM, with keys from a setting or from a file beside the database.

The first key seals; each of them opens what it has sealed, so a new key is put in front of the old
ones. What is sealed names its key by the first letters of the key's SHA-256.
"""

from __future__ import annotations

import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from net30.kernel.errors import ConfigurationError, Unavailable
from net30.kernel.files import unavailable

KEY_BYTES = 32
NONCE_BYTES = 12
MARK = "sealed1"
ONLY_OWNER = 0o600
_NAME_CHARACTERS = 8


class AesGcm:
    """Seals with the first of its keys, opens with whichever it was."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = {_name(key): AESGCM(key) for key in keys}
        self._first = _name(keys[0])

    def seal(self, text: str, about: str) -> str:
        """Return a text as it may be stored; it opens only for the same `about`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._ciphers[self._first].encrypt(nonce, text.encode(), about.encode())
        return f"{MARK}:{self._first}:{b64encode(nonce + sealed).decode()}"

    def unseal(self, sealed: str, about: str) -> str:
        """Return a sealed text; raise Unavailable when no key here opens it."""
        mark, _, rest = sealed.partition(":")
        name, _, text = rest.partition(":")
        cipher = self._ciphers.get(name)
        if mark != MARK or cipher is None:
            raise _unopened("the key that sealed it is not here")
        try:
            content = b64decode(text, validate=True)
            opened = cipher.decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], about.encode())
        except (ValueError, InvalidTag) as error:
            raise _unopened("it was changed, or belongs to somebody else") from error
        return opened.decode()


def build(keys: str, file: Path) -> AesGcm:
    """Return the sealing with the keys of a setting (Base64, commas between), or of the file.

    The file is made when it is absent, for its owner alone. Raises ConfigurationError for a key
    that is none, or a file that others may read.
    """
    given = keys or _file_of_keys(file)
    return AesGcm([_key(one) for one in given.split(",")])


def _file_of_keys(file: Path) -> str:
    try:
        if not file.exists():
            _make(file)
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise ConfigurationError(
                f"others may read the key {file}",
                hint=f"chmod 600 {file}",
                code="sealing_key",
            )
        return file.read_text(encoding="ascii").strip()
    except OSError as error:
        raise unavailable(error, file) from error


def _make(file: Path) -> None:
    """Write a new key under a name of its own, then link it: of two that do so, one key stays."""
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(8)}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(unfinished, flags, ONLY_OWNER), "wb") as made:
        made.write(b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
        made.flush()
        os.fsync(made.fileno())
    with suppress(FileExistsError):
        os.link(unfinished, file)
    unfinished.unlink()


def _key(text: str) -> bytes:
    try:
        key = b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigurationError(
            f"a key that seals is not {KEY_BYTES} bytes in Base64",
            hint="make one with: openssl rand -base64 32",
            code="sealing_key",
        )
    return key


def _name(key: bytes) -> str:
    return sha256(b"net30 sealing key" + key).hexdigest()[:_NAME_CHARACTERS]


def _unopened(reason: str) -> Unavailable:
    return Unavailable(
        f"what is sealed cannot be opened: {reason}",
        hint="put the key back that was used before: NET30_SECRET_KEYS, or the file secret.key",
        code="sealing_key",
    )
