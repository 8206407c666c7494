"""Finding speech in samples, cutting it into segments, joining what was understood."""
