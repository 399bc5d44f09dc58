"""The sandboxes that the controller has."""

from .records import Table


class Sandboxes:
    COLUMNS = ("name", "version", "objects", "bytes")

    def __init__(self, api):
        self._api = api

    def list(self):
        """All versions of all sandboxes."""
        return Table(self._api.get("/v1/sandboxes"), self.COLUMNS)
