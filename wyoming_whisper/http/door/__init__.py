"""Who may call the HTTP server."""
