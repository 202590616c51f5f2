"""Logs: how what happens is written for whoever operates net30."""
