"""How well home-en, or another English model, hears commands, and what that costs."""
