"""What is wrong with this machine, this installation or these settings, and what cures it."""
