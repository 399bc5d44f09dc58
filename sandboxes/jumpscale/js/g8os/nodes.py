"""The machines of the grid."""

import urllib.parse

from .records import Record, Table


class Nodes:
    COLUMNS = ("name", "state", "phase", "address")

    def __init__(self, api):
        self._api = api

    def list(self, **labels):
        """All nodes, or those with these labels: j.nodes.list(site="gent")."""
        chosen = ",".join(f"{key}={value}" for key, value in labels.items())
        return Table(self._api.get("/v1/nodes" + (f"?labels={urllib.parse.quote(chosen)}" if chosen else "")), self.COLUMNS)

    def get(self, name):
        """One node, by its name."""
        for node in self.list():
            if name in (node.name, node.id):
                return Record.of(node)
        raise KeyError(f"no node is called {name}")
