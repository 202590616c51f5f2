"""E-invoices: EN 16931 in UBL and CII, one table for each that reads and writes."""
