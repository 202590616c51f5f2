"""Invoicing: how screens make, show and settle an invoice."""
