"""The HTTP shape of the Wyoming protocol."""
