"""Files that clients send, decoded in processes of their own."""
