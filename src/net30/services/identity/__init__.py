"""Identity: signing in, users and their roles, keys, one-time links."""
