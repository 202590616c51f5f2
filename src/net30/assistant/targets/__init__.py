"""Targets: which client and which invoice a clause means, and what is to be done to it."""
