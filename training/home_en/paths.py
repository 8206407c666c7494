"""Where the stages put what they make."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".home-model"
SPEECH = WORK / "speech"
PRUNED = WORK / "pruned"
CHECKPOINT = WORK / "run" / "last.pt"
EXPORTED = ROOT / "wyoming_whisper" / "engines" / "whisper" / "home_en"
