"""Tables from files: CSV, XLSX and Parquet, told apart by their first bytes, as cells of text."""
