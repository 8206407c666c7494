"""The network's side: Wyoming connections."""
