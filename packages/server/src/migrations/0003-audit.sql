-- Who did what: each entry carries the hash of the one before it, and none can be changed or taken away through SQL by accident.
CREATE TABLE audit_entry (
  sequence bigint PRIMARY KEY CHECK (sequence > 0),
  at timestamptz NOT NULL,
  actor text NOT NULL,
  verb text NOT NULL,
  object text NOT NULL,
  detail jsonb NOT NULL,
  request_id text,
  previous_hash text NOT NULL UNIQUE,
  hash text NOT NULL UNIQUE
);
CREATE INDEX audit_entry_object ON audit_entry (object, sequence DESC);
CREATE INDEX audit_entry_verb ON audit_entry (verb, sequence DESC);

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is only ever added to';
END $$;
CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_kept_whole BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
