"""Models, the engine that runs them, and the scheduler that shares it."""
