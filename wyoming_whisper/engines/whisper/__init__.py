"""The engine: faster-whisper's model, tokenizer and features on top of CTranslate2."""

from wyoming_whisper.engines.whisper.decoder import EngineOptions, WhisperEngine
from wyoming_whisper.engines.whisper.load import load_engine

__all__ = ["EngineOptions", "WhisperEngine", "load_engine"]
