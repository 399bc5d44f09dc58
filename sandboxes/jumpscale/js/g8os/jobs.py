"""Commands that run on nodes."""

import base64
import shlex
import time

from .api import GridError
from .records import Record, Table

PAUSE = 0.2


class Jobs:
    COLUMNS = ("id", "by", "created", "done")

    def __init__(self, api):
        self._api = api

    def list(self):
        """The newest jobs."""
        return Table(self._api.get("/v1/jobs"), self.COLUMNS)

    def get(self, job):
        """A job with its results, one a node."""
        return Record.of(self._api.get(f"/v1/jobs/{job}"))

    def start(self, node, command, stdin=None, max_time=3600):
        """Starts a command on a node, or on several: a list of words, or a line that is split as a shell would. An operator's token is needed."""
        words = shlex.split(command) if isinstance(command, str) else [str(word) for word in command]
        request = {"command": words, "nodes": [node] if isinstance(node, str) else list(node), "maxTimeSeconds": max_time}
        if stdin is not None:
            request["stdin"] = base64.b64encode(stdin.encode() if isinstance(stdin, str) else stdin).decode()
        return Record.of(self._api.post("/v1/jobs", request))

    def run(self, node, command, stdin=None, max_time=3600):
        """Starts it and waits for its results."""
        job = self.start(node, command, stdin, max_time)
        end = time.monotonic() + max_time + 120
        while not job.done:
            if time.monotonic() > end:
                raise GridError(f"cannot wait longer for job {job.id}: it is not done after {max_time + 120} s")
            time.sleep(PAUSE)
            job = self.get(job.id)
        return job
