-- Times are Unix milliseconds; lists and maps are JSON as on the wire.
CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE grid_version (
    version  INTEGER NOT NULL PRIMARY KEY,
    document TEXT NOT NULL
) STRICT;

CREATE TABLE node (
    id                    TEXT NOT NULL PRIMARY KEY,
    name                  TEXT NOT NULL,
    identity              TEXT NOT NULL,
    standing              TEXT NOT NULL,
    reason                TEXT NOT NULL,
    ask                   TEXT NOT NULL,
    macs                  TEXT NOT NULL,
    facts                 TEXT NOT NULL,
    enrolled_macs         TEXT NOT NULL,
    enrolled_facts        TEXT NOT NULL,
    labels                TEXT NOT NULL,
    share                 BLOB,
    certified             INTEGER NOT NULL,
    certificate_not_after INTEGER,
    created               INTEGER NOT NULL,
    decided               INTEGER
) STRICT;
-- A removed node gives its name back.
CREATE UNIQUE INDEX node_name ON node (name) WHERE standing IN ('Pending', 'Accepted');
CREATE INDEX node_standing ON node (standing, created);

-- What a node last said of itself: written when its phase changes or its session ends, never for a heartbeat.
CREATE TABLE node_status (
    id        TEXT NOT NULL PRIMARY KEY,
    phase     TEXT NOT NULL,
    uplink    TEXT NOT NULL,
    candidate TEXT NOT NULL,
    address   TEXT NOT NULL,
    waiting   TEXT NOT NULL,
    seen      INTEGER NOT NULL
) STRICT;

CREATE TABLE join_token (
    id        TEXT NOT NULL PRIMARY KEY,
    hash      BLOB NOT NULL,
    node_name TEXT,
    labels    TEXT NOT NULL,
    uses_left INTEGER NOT NULL,
    expires   INTEGER NOT NULL,
    created   INTEGER NOT NULL
) STRICT;

CREATE TABLE operator_token (
    id      TEXT NOT NULL PRIMARY KEY,
    hash    BLOB NOT NULL,
    name    TEXT NOT NULL,
    role    TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE job (
    id       TEXT NOT NULL PRIMARY KEY,
    command  TEXT NOT NULL,
    operator TEXT NOT NULL,
    created  INTEGER NOT NULL,
    max_time INTEGER NOT NULL,
    expires  INTEGER NOT NULL,
    stdin    BLOB
) STRICT;

CREATE TABLE job_target (
    job         TEXT NOT NULL,
    node        TEXT NOT NULL,
    node_name   TEXT NOT NULL,
    state       TEXT NOT NULL,
    kill_wanted INTEGER NOT NULL DEFAULT 0,
    outcome     TEXT,
    exit_code   INTEGER,
    reason      TEXT NOT NULL DEFAULT '',
    started     INTEGER,
    ended       INTEGER,
    PRIMARY KEY (job, node)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_target_unfinished ON job_target (job) WHERE outcome IS NULL;

-- Each line's hash covers the line before it: a changed or lost line shows.
CREATE TABLE audit (
    number  INTEGER NOT NULL PRIMARY KEY,
    time    INTEGER NOT NULL,
    who     TEXT NOT NULL,
    what    TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  TEXT NOT NULL,
    hash    TEXT NOT NULL
) STRICT;
CREATE INDEX audit_subject ON audit (subject, number);
