"""Finding speech in samples, cutting it into segments."""
