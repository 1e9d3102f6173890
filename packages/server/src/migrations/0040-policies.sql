-- What has been agreed. Every version stays: a change names the SHA-256 of the text it was made under, and that text must be found again.
CREATE TABLE policy_version (
  name text NOT NULL,
  version integer NOT NULL CHECK (version >= 1),
  yaml text NOT NULL,
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  -- The text as it was read, every absent key filled in.
  spec jsonb NOT NULL,
  written_at timestamptz NOT NULL,
  -- Null: made by the server on its first start.
  written_by text,
  PRIMARY KEY (name, version)
);
