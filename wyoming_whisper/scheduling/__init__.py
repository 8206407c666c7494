"""Who is decoded next, and on what: queues, policy, running engines, and a model's life."""
