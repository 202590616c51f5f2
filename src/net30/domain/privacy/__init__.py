"""Privacy: how long the law keeps invoices, and what an erased person is called."""
