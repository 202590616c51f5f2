"""Dialogs: what is asked of an invoice before the books change."""
