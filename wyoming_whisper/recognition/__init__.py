"""Audio in, transcripts out: utterances and files, from their first sample to their text."""
