"""Files that strangers send, decoded in processes of their own."""
