"""What is known of a home, and transcripts moved to how it writes its names and sentences."""
