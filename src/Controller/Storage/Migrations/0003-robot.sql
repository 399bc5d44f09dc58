-- What was issued to each node of the repository, by its name there; the document is signed once a machine has the name.
CREATE TABLE node_manifest (
    name       TEXT NOT NULL PRIMARY KEY,
    node       TEXT NOT NULL,
    generation INTEGER NOT NULL,
    content    TEXT NOT NULL,
    document   TEXT NOT NULL,
    issued     INTEGER NOT NULL
) STRICT;

CREATE TABLE run (
    number    INTEGER NOT NULL PRIMARY KEY,
    commit_id TEXT NOT NULL,
    plan_id   TEXT NOT NULL,
    plan      TEXT NOT NULL,
    who       TEXT NOT NULL,
    attempt   TEXT NOT NULL,
    created   INTEGER NOT NULL,
    failing   INTEGER NOT NULL,
    progress  INTEGER NOT NULL,
    ended     INTEGER,
    outcome   TEXT,
    reason    TEXT NOT NULL
) STRICT;

CREATE TABLE run_step (
    run           INTEGER NOT NULL,
    key           TEXT NOT NULL,
    phase         TEXT NOT NULL,
    generation    INTEGER NOT NULL,
    due           INTEGER,
    -- Milliseconds that were left when its node went away.
    left_over     INTEGER,
    healthy_since INTEGER,
    since         INTEGER NOT NULL,
    reason        TEXT NOT NULL,
    PRIMARY KEY (run, key)
) STRICT, WITHOUT ROWID;

-- The story of a run, oldest first.
CREATE TABLE run_line (
    run      INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    time     INTEGER NOT NULL,
    step     TEXT NOT NULL,
    what     TEXT NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;

-- Services of nodes that were removed: they may run there still.
CREATE TABLE orphan (
    service TEXT NOT NULL,
    node    TEXT NOT NULL,
    run     INTEGER NOT NULL,
    time    INTEGER NOT NULL,
    PRIMARY KEY (service, node)
) STRICT, WITHOUT ROWID;

-- The newest push or commit that was refused, with its errors; one row.
CREATE TABLE ays_refused (
    one       INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    commit_id TEXT NOT NULL,
    who       TEXT NOT NULL,
    time      INTEGER NOT NULL,
    errors    TEXT NOT NULL
) STRICT;
