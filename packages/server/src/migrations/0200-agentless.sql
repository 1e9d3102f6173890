-- Machines that are read over SSH. They have no key of their own: nothing they say is signed, and no order can name them.
ALTER TABLE inventory_asset
  ALTER COLUMN key_id DROP NOT NULL,
  ALTER COLUMN spki DROP NOT NULL,
  ADD CHECK ((key_id IS NULL) = (spki IS NULL));

-- The key that signs the certificates of our logins; its private half is sealed with the server's own key file.
CREATE TABLE inventory_ssh_authority (
  is_one boolean PRIMARY KEY DEFAULT true CHECK (is_one),
  -- As SSH writes it, base64.
  public_key text NOT NULL,
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE inventory_ssh_host (
  asset text PRIMARY KEY REFERENCES inventory_asset,
  -- How people call it, until it says its own name and after.
  name text NOT NULL,
  address text NOT NULL,
  port integer NOT NULL CHECK (port BETWEEN 1 AND 65535),
  user_name text NOT NULL,
  -- Given with the machine: a first key with this fingerprint needs nobody's word any more.
  expected_fingerprint text,
  added_by text NOT NULL,
  -- The one host key that counts, `type base64`, and who has confirmed it.
  host_key text,
  confirmed_by text,
  confirmed_at timestamptz,
  -- A key that was shown and that nobody has confirmed; null when the machine shows the one above.
  seen_key text,
  seen_at timestamptz,
  due_at timestamptz NOT NULL,
  tried_at timestamptz,
  problem text,
  problem_detail text,
  -- What it was digested to when all of it was last read.
  digest text,
  logins integer NOT NULL DEFAULT 0,
  reads integer NOT NULL DEFAULT 0,
  whole_reads integer NOT NULL DEFAULT 0,
  CHECK ((host_key IS NULL) = (confirmed_by IS NULL)),
  CHECK ((host_key IS NULL) = (confirmed_at IS NULL)),
  CHECK ((seen_key IS NULL) = (seen_at IS NULL))
);
CREATE INDEX inventory_ssh_host_due ON inventory_ssh_host (due_at);
