"""``python -m wyoming_whisper``."""

import sys

from wyoming_whisper.cli import main

sys.exit(main())
