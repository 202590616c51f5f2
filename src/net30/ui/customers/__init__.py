"""Customers: how screens choose and show one."""
