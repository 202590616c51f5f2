"""Invented ledgers: receivables that nobody has, paid by a law that is written down.

For demonstrations, benches and tests of calibration. Figures reached on them say nothing about how
well anything predicts real customers, and are never quoted as accuracy.
"""
