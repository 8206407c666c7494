"""Health, metrics and documentation."""
