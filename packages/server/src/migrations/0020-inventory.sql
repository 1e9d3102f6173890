-- Machines and what is installed on them. An inventory is stored once under its digest, however many machines share it.
CREATE TABLE inventory_software (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ecosystem text NOT NULL,
  name text NOT NULL,
  version text NOT NULL,
  architecture text NOT NULL,
  source text NOT NULL,
  source_version text NOT NULL,
  UNIQUE (ecosystem, name, version, architecture, source, source_version)
);
CREATE INDEX inventory_software_source ON inventory_software (ecosystem, source);

CREATE TABLE inventory_set (
  digest bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
  software_ids integer[] NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE inventory_update_set (
  digest bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
  updates jsonb NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE inventory_asset (
  id text PRIMARY KEY,
  hostname text NOT NULL,
  machine_id text NOT NULL,
  -- SHA-256 of the host's public key, hex, and the key itself (SPKI, DER).
  key_id text NOT NULL,
  spki bytea NOT NULL,
  labels jsonb NOT NULL DEFAULT '{}',
  owner text,
  criticality text CHECK (criticality IN ('low', 'medium', 'high')),
  data_sensitivity text CHECK (data_sensitivity IN ('none', 'internal', 'confidential')),
  exposure text CHECK (exposure IN ('isolated', 'internal', 'internet')),
  enrolled_at timestamptz NOT NULL,
  retired_at timestamptz,
  last_check_in_at timestamptz,
  boot_id text,
  set_digest bytea REFERENCES inventory_set,
  inventory_at timestamptz,
  updates_digest bytea REFERENCES inventory_update_set,
  updates_at timestamptz,
  facts_digest bytea,
  facts jsonb,
  facts_at timestamptz,
  root_version integer NOT NULL DEFAULT 0,
  version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX inventory_asset_key ON inventory_asset (key_id) WHERE retired_at IS NULL;
CREATE INDEX inventory_asset_hostname ON inventory_asset (hostname);

-- What an asset had, from when until when; open-ended is now.
CREATE TABLE inventory_set_period (
  asset text NOT NULL REFERENCES inventory_asset,
  digest bytea NOT NULL REFERENCES inventory_set,
  from_at timestamptz NOT NULL,
  until_at timestamptz,
  PRIMARY KEY (asset, from_at)
);
CREATE UNIQUE INDEX inventory_set_period_open ON inventory_set_period (asset) WHERE until_at IS NULL;

-- What happened on an asset, for its timeline: reports, reboots, labels, orders.
CREATE TABLE inventory_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  asset text NOT NULL REFERENCES inventory_asset,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  text text NOT NULL,
  change text
);
CREATE INDEX inventory_event_asset ON inventory_event (asset, id DESC);

CREATE TABLE inventory_enrolment_code (
  hash bytea PRIMARY KEY,
  labels jsonb NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  -- The key that used it: the same host may ask again when it did not hear the answer.
  used_by_key text,
  asset text REFERENCES inventory_asset
);

-- Each signed request of a host counts once, whichever server process it reaches.
CREATE TABLE inventory_nonce (
  asset text NOT NULL,
  nonce text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (asset, nonce)
);
CREATE INDEX inventory_nonce_age ON inventory_nonce (at);
