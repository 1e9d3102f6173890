-- The weights of the ranking as people have written them. Version 1 is the program's own; every version stays, since an
-- explanation names the one it was made with.
CREATE TABLE ranking_version (
  version integer PRIMARY KEY CHECK (version >= 2),
  yaml text NOT NULL,
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  weights jsonb NOT NULL,
  written_at timestamptz NOT NULL,
  written_by text NOT NULL
);
