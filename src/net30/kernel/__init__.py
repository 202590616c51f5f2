"""The ground floor: money, dates, ids, errors, findings, plugins; standard library only."""
