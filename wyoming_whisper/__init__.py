"""A speech-to-text server for homes."""

__version__ = "0.1.0"
