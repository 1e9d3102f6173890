-- Change requests: what is asked for, the exact plan as one signed document, and who has signed it.
CREATE TABLE change_request (
  id text PRIMARY KEY,
  number bigint NOT NULL UNIQUE,
  title text NOT NULL,
  reason text NOT NULL,
  state text NOT NULL CHECK (state IN ('planning', 'in_review', 'approved', 'running', 'done', 'done_with_failures', 'rolled_back',
    'unplannable', 'rejected', 'cancelled', 'expired')),
  author text NOT NULL,
  author_name text NOT NULL,
  policy text NOT NULL,
  policy_sha256 text NOT NULL,
  -- The policy as it stood: a later edit changes nothing that people have read.
  spec jsonb NOT NULL,
  patches jsonb NOT NULL,
  accepts_no_rollback boolean NOT NULL,
  created_at timestamptz NOT NULL,
  -- The canonical document and its SHA-256 (hex): written once, when every machine has answered.
  document text,
  digest text,
  planned_at timestamptz,
  expires_at timestamptz,
  approved_at timestamptz,
  ended jsonb,
  CHECK ((document IS NULL) = (digest IS NULL)),
  CHECK (document IS NOT NULL OR state IN ('planning', 'unplannable', 'cancelled'))
);
CREATE INDEX change_request_open ON change_request (number) WHERE state IN ('planning', 'in_review', 'approved', 'running');

CREATE TABLE change_approval (
  change text NOT NULL REFERENCES change_request,
  person text NOT NULL,
  name text NOT NULL,
  key text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('passkey', 'ssh', 'ed25519')),
  signature jsonb NOT NULL,
  is_author boolean NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (change, person)
);

-- Each machine computes its own exact plan: the question, and its answer.
CREATE TABLE change_plan_request (
  id text PRIMARY KEY,
  change text NOT NULL REFERENCES change_request,
  asset text NOT NULL REFERENCES inventory_asset,
  packages jsonb NOT NULL,
  answer jsonb,
  asked_at timestamptz NOT NULL,
  answered_at timestamptz,
  UNIQUE (change, asset)
);
CREATE INDEX change_plan_request_open ON change_plan_request (asset) WHERE answer IS NULL;
