"""Intents: from what a sentence mentions to the calls it asks for."""
