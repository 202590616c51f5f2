"""Secrets: from a vault, and sealed with keys of the installation."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from net30.kernel.errors import ConfigurationError
from net30.kernel.plugins import load
from net30.ports.sealing import Sealing
from net30.ports.secrets import Secrets
from net30.settings import PREFIX, Settings

_SECRETS = "net30.adapters.secrets"
KEY_FILE = "secret.key"
"""What seals secrets, in the home, where no setting names the keys."""


def unsealed_keys(settings: Settings, sealed: str) -> str:
    """Return the keys of a backup; raise InputError for a passphrase that does not open them."""
    keys: str = load(_SECRETS, "passphrase", extra="web").unseal(
        sealed, with_secrets(settings).backup_passphrase
    )
    return keys


def sealed_keys(settings: Settings, home: Path) -> str:
    """Return the keys of sealed secrets, sealed with the backups' passphrase; empty for none."""
    if not settings.backup_passphrase:
        return ""
    file = home / KEY_FILE
    keys = settings.secret_keys
    if not keys and file.is_file():
        keys = file.read_text(encoding="ascii").strip()
    if not keys:
        return ""
    phrase = load("net30.adapters.secrets", "passphrase", extra="web")
    sealed: str = phrase.seal(keys, settings.backup_passphrase)
    return sealed


def with_secrets(settings: Settings) -> Settings:
    """Return the settings with each secret that is in the key vault, read from there now.

    Raises ConfigurationError for one that cannot be had, Unavailable when the vault does not
    answer; both name the setting.
    """
    wanted = settings.kept_elsewhere
    if not wanted:
        return settings
    if not settings.key_vault:
        raise ConfigurationError(
            f"{PREFIX}{next(iter(wanted)).upper()} is in a key vault, and none is named",
            hint="set NET30_KEY_VAULT=https://NAME.vault.azure.net",
            code="key_vault",
        )
    vault: Secrets = load(_SECRETS, "key_vault", extra="azure").build(settings.key_vault)
    with closing(vault):
        return settings.fetched(vault.read)


def sealing_of(settings: Settings, home: Path) -> Sealing:
    """Return what seals secrets with the installation's keys."""
    aes_gcm = load(_SECRETS, "aes_gcm", extra="web")
    sealing: Sealing = aes_gcm.build(settings.secret_keys, home / KEY_FILE)
    return sealing
