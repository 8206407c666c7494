"""The Wyoming protocol without IO: framing, and what a connection may say when."""
