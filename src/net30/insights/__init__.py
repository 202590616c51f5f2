"""Figures from the ledger: a table in, a frozen result out; definitions are METRICS' own."""
