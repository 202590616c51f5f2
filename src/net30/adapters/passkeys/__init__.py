"""Passkeys: how devices' answers are checked."""
