"""Sign-on: how other people's sign-in servers are spoken to."""
