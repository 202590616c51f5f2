"""Alerts: rules about the receivables, looked at on demand and by the worker."""
