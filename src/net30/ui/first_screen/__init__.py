"""First screen: the parts of the dashboard."""
