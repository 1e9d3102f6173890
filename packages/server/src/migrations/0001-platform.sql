-- What every stage leans on: answers that must not be given twice, and the facts the server knows of itself.
CREATE TABLE platform_idempotency (
  principal text NOT NULL,
  key text NOT NULL,
  request_hash bytea NOT NULL,
  status integer NOT NULL,
  answer jsonb,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (principal, key)
);
CREATE INDEX platform_idempotency_age ON platform_idempotency (created_at);

CREATE TABLE platform_organization (
  is_one boolean PRIMARY KEY DEFAULT true CHECK (is_one),
  id text NOT NULL,
  name text NOT NULL,
  created_at timestamptz NOT NULL
);

-- Human ids (CH-1, RO-1) and the epoch rise by one inside the transaction that uses them: no gaps, no reuse.
CREATE TABLE platform_counter (name text PRIMARY KEY, value bigint NOT NULL);

-- Which server process a job worker lives in, by the name of that process's listening connection.
CREATE TABLE platform_worker (id text PRIMARY KEY, server text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
