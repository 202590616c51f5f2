"""Scoring: trained models, served: one invoice in a millisecond, or millions."""
