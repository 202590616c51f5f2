"""Portal: the pages people come in by, and the customer's page; they need no JavaScript."""
