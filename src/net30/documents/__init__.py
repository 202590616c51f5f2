"""Documents: an invoice as PDF, HTML, JSON, UBL, CII and Factur-X; one format a file."""
