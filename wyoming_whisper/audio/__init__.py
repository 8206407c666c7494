"""PCM: its types and arithmetic, conversion to 16 kHz mono, audio files."""
