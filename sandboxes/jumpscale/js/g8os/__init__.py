"""A client of a g8os grid: Grid().nodes.list(), Grid().jobs.run(node, command)."""

from .api import Api, GridError
from .jobs import Jobs
from .nodes import Nodes
from .records import Record, Table
from .sandboxes import Sandboxes

__all__ = ["Grid", "GridError", "Jobs", "Nodes", "Record", "Sandboxes", "Table"]


class Grid:
    """The grid: nodes, jobs, sandboxes. Nothing is asked before it is needed."""

    def __init__(self, url=None, token_file=None, ca=None):
        self.api = Api(url=url, token_file=token_file, ca=ca)
        self.nodes = Nodes(self.api)
        self.jobs = Jobs(self.api)
        self.sandboxes = Sandboxes(self.api)

    def __repr__(self):
        return f"<the grid at {self.api.shown}>"
