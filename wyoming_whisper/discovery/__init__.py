"""The announcement of the server in the local network."""
