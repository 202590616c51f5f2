"""Imports: a sheet of another system read as claims, compared with the ledger, and made facts."""
