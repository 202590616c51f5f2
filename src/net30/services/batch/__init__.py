"""Batch: millions of invoices of a file scored piece by piece, part by part, and resumed."""
