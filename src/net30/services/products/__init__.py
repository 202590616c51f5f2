"""Products: the catalogue of what is sold, and its prices on invoices."""
