"""The HTTP side of the server; the web framework is imported here and nowhere else."""
