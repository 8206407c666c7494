"""The engine: faster-whisper's model, tokenizer and features on top of CTranslate2."""
