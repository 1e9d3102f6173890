-- People, how they sign in, and the keys that machines obey. No secret is kept: of each link, session and token its hash alone.
CREATE TABLE access_person (
  id text PRIMARY KEY,
  name text NOT NULL,
  roles text[] NOT NULL CHECK (cardinality(roles) > 0 AND roles <@ ARRAY['viewer', 'operator', 'approver', 'admin', 'auditor']),
  created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX access_person_name ON access_person (lower(name));

CREATE TABLE access_sign_in_link (
  hash bytea PRIMARY KEY,
  person text NOT NULL REFERENCES access_person,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);

CREATE TABLE access_session (
  hash bytea PRIMARY KEY,
  person text NOT NULL REFERENCES access_person,
  created_at timestamptz NOT NULL,
  -- Moves with use; `ends_at` does not.
  expires_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL
);

CREATE TABLE access_token (
  id text PRIMARY KEY,
  hash bytea NOT NULL UNIQUE,
  person text NOT NULL REFERENCES access_person,
  name text NOT NULL,
  permissions text[] NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX access_token_person ON access_token (person);

-- What a passkey is asked to answer; gone once it has been answered.
CREATE TABLE access_challenge (
  challenge text PRIMARY KEY,
  purpose text NOT NULL CHECK (purpose IN ('sign-in', 'register')),
  person text REFERENCES access_person,
  expires_at timestamptz NOT NULL
);
CREATE INDEX access_challenge_age ON access_challenge (expires_at);

CREATE TABLE access_key (
  -- SHA-256 of the SPKI, hex: one key is one person's.
  id text PRIMARY KEY,
  person text NOT NULL REFERENCES access_person,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('passkey', 'ssh', 'ed25519')),
  algorithm text NOT NULL CHECK (algorithm IN ('ES256', 'EdDSA', 'RS256')),
  spki text NOT NULL,
  rp_id text,
  origins text[],
  credential_id text UNIQUE,
  -- The passkey's key as the authenticator wrote it, for signing in.
  cose bytea,
  created_at timestamptz NOT NULL,
  CHECK ((kind = 'passkey') = (rp_id IS NOT NULL AND origins IS NOT NULL AND credential_id IS NOT NULL AND cose IS NOT NULL))
);
CREATE UNIQUE INDEX access_key_name ON access_key (person, lower(name));

-- The chain of trust roots as it came into force: never changed, only added to.
CREATE TABLE access_root (
  version integer PRIMARY KEY CHECK (version > 0),
  document text NOT NULL,
  digest text NOT NULL UNIQUE,
  signatures jsonb NOT NULL,
  signed_at timestamptz NOT NULL
);

-- Signatures over a proposal, by its digest: when the proposal changes they no longer count.
CREATE TABLE access_root_signature (
  digest text NOT NULL,
  person text NOT NULL REFERENCES access_person,
  key text NOT NULL,
  signature jsonb NOT NULL,
  signed_at timestamptz NOT NULL,
  PRIMARY KEY (digest, person)
);

CREATE TABLE access_root_quorum (
  is_one boolean PRIMARY KEY DEFAULT true CHECK (is_one),
  quorum integer NOT NULL CHECK (quorum > 0)
);
