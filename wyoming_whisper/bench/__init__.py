"""The load that wyoming-whisper bench puts on a server, and the figures it prints."""
