"""Reporting: what every report has in common, and its content as pages, workbook or plain rows."""
