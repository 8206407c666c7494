"""The other side of the wire: a satellite."""
