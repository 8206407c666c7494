"""``/admin/reload``: another model may be there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from wyoming_whisper.http.service import Service


class Looking(BaseModel):
    """The server looks for its model."""

    status: Literal["looking"] = "looking"
    model: str = Field(description="The model that serves meanwhile.")


def router(service: Service) -> APIRouter:
    """Return the route."""
    routes = APIRouter(prefix="/admin", tags=["status"])

    @routes.post("/reload", status_code=202)
    async def reload() -> Looking:
        """Look for the model that the owner wants again, as at the signal SIGHUP.

        If that is another one than serves, or its files have changed, it is fetched and loaded, and
        takes the other one's place between two decodes; `/status` tells how far it is. A download
        that has failed is tried again at once.
        """
        service.look_again()
        return Looking(model=service.program.name)

    return routes
