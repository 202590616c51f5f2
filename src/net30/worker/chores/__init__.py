"""Chores: what is done again and again; each file has EVERY_SECONDS and run(app)."""
