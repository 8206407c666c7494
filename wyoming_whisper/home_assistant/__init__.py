"""Home Assistant, asked for the names of the home."""
