"""Makes `home-en`: text, synthetic speech, training and export."""
