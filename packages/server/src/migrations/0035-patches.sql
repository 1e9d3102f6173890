-- The unit of work: one update of a source package to one version. Where it stands is derived; what is kept is what cannot be
-- asked again: that it was offered, to whom and when for the first time, and what it moves.
CREATE TABLE patch (
  id text PRIMARY KEY,
  number bigint NOT NULL UNIQUE,
  ecosystem text NOT NULL,
  source text NOT NULL,
  to_version text NOT NULL,
  packages jsonb NOT NULL,
  origins text[] NOT NULL,
  is_security boolean NOT NULL,
  first_seen_at timestamptz NOT NULL,
  UNIQUE (ecosystem, source, to_version)
);

CREATE TABLE patch_offer (
  patch text NOT NULL REFERENCES patch,
  asset text NOT NULL REFERENCES inventory_asset,
  -- The release that the asset ran then: `debian:12`. The same source in another release is another matter.
  release text NOT NULL,
  first_offered_at timestamptz NOT NULL,
  PRIMARY KEY (patch, asset)
);
CREATE INDEX patch_offer_asset ON patch_offer (asset);
