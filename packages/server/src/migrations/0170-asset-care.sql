-- What people decide about assets: which records are one machine, which machines they know of that are not enrolled, and
-- the selections they come back to.
ALTER TABLE inventory_asset
  ADD COLUMN service_group text,
  -- The asset that took this one's place; its history is read there too.
  ADD COLUMN merged_into text REFERENCES inventory_asset;

-- Each decision about a pair is kept, also when it was taken back: the audit of "why is this one machine?".
CREATE TABLE inventory_pair_decision (
  id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('merged', 'kept_apart')),
  -- For a merge: the one that stays, and the one that was retired for it.
  kept text NOT NULL REFERENCES inventory_asset,
  other text NOT NULL REFERENCES inventory_asset,
  evidence jsonb NOT NULL,
  -- What the asset that stayed was before it took over the other's labels and worth; null when they are kept apart.
  before jsonb,
  -- The version of the asset that stayed, after the merge: whoever edits it later is not overwritten by an undo.
  version_after integer,
  decided_by text NOT NULL,
  decided_at timestamptz NOT NULL,
  undone_by text,
  undone_at timestamptz,
  CHECK (kept <> other),
  CHECK ((undone_at IS NULL) = (undone_by IS NULL))
);
CREATE UNIQUE INDEX inventory_pair_decision_open ON inventory_pair_decision (least(kept, other), greatest(kept, other))
  WHERE undone_at IS NULL;

-- Machines that a list of somebody's names and that no agent has spoken for.
CREATE TABLE inventory_discovered (
  hostname text PRIMARY KEY,
  labels jsonb NOT NULL,
  owner text,
  -- The list that named it last: `hosts.csv by Ann`.
  source text NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL
);

CREATE TABLE inventory_saved_view (
  person text NOT NULL,
  name text NOT NULL,
  search jsonb NOT NULL,
  saved_at timestamptz NOT NULL,
  PRIMARY KEY (person, name)
);
