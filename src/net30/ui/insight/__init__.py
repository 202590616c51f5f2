"""Insight: the parts of the analytics that take more than a chart."""
