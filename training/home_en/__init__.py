"""Makes `home-en`: text, synthetic speech, training, export and evaluation."""
