-- Published sandboxes. A version is never changed; number says in which order they came.
CREATE TABLE sandbox (
    number   INTEGER NOT NULL PRIMARY KEY,
    name     TEXT NOT NULL,
    version  TEXT NOT NULL,
    document TEXT NOT NULL,
    operator TEXT NOT NULL,
    pushed   INTEGER NOT NULL,
    UNIQUE (name, version)
) STRICT;
