"""Engines that score large tables: this machine's threads, or Spark."""
