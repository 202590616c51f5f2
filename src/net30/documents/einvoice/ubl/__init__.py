"""UBL 2.1: its table of business terms, and the places that a table cannot describe."""
