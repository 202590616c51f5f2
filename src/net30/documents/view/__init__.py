"""What a document shows: an invoice turned into finished strings, the same for PDF and HTML."""
