"""The ledger: receivables as facts in one Arrow table, whoever wrote the invoices."""
