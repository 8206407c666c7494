"""What decodes: the contract, and an engine a folder."""
