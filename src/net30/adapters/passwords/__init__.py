"""Passwords: how they are hashed."""
