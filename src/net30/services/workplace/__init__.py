"""Workplace: what each user has arranged: views, notices, the tour."""
