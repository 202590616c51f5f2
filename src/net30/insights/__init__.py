"""Figures from the ledger: a table in, a frozen result out; docs/figures.md defines them."""
