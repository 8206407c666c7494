from __future__ import annotations

import pytest

from wyoming_whisper.scheduling.model_status import ModelState, ModelStatus


def test_a_state_lasts_from_when_it_was_entered() -> None:
    """Entering another state begins its time; entering the same one only tells a new reason."""
    model = ModelStatus(since=0.0)
    model.enter(ModelState.LOADING, "again")
    assert (model.since, model.reason) == (0.0, "again")
    model.enter(ModelState.LOADED)
    assert model.since > 0.0
    assert (model.state, model.reason) == (ModelState.LOADED, "")


@pytest.mark.parametrize("state", ModelState)
def test_ready(state: ModelState) -> None:
    """A model is ready while it decodes, and while only its idleness keeps it from that."""
    model = ModelStatus(state)
    assert model.is_ready == (state.value in {"loaded", "unloaded"})
