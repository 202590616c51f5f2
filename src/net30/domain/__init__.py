"""What a receivable is: invoices, lines, tax, parties, payments and their rules."""
