"""Decoded segments → sentence-like pieces → subtitle cues → the formats that players read."""
