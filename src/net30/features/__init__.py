"""Features: what was known of an invoice and its customer, as of a day, as columns of numbers."""
