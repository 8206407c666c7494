"""What the owner decides: options, where they may be written, and what they are parsed to."""
