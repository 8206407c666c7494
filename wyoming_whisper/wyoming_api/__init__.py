"""The Wyoming protocol: framing and sessions without IO, a server, a client."""
