-- Which vulnerability touches which asset, how we know, and the times of what happened: facts, each written once.
CREATE TABLE finding (
  id text PRIMARY KEY,
  asset text NOT NULL REFERENCES inventory_asset,
  ecosystem text NOT NULL,
  source text NOT NULL,
  -- Null: a security update whose vulnerabilities nobody has named.
  vulnerability text,
  package text NOT NULL,
  architecture text NOT NULL,
  installed_version text NOT NULL,
  fixed_version text,
  evidence jsonb NOT NULL,
  published_at timestamptz,
  detected_at timestamptz NOT NULL,
  -- When the asset was first offered an update that clears it.
  patch_available_at timestamptz,
  -- When a later report no longer showed it: for "fixed" that is when the fix took effect.
  cleared_at timestamptz,
  cleared_because text CHECK (cleared_because IN ('fixed', 'removed', 'no_longer_said', 'retired')),
  CHECK ((cleared_at IS NULL) = (cleared_because IS NULL))
);
-- What is found again after it was cleared is a new finding: nothing is deleted, nothing overwritten.
CREATE UNIQUE INDEX finding_open ON finding (asset, ecosystem, source, coalesce(vulnerability, '')) WHERE cleared_at IS NULL;
CREATE INDEX finding_vulnerability ON finding (vulnerability, asset);
CREATE INDEX finding_cleared ON finding (cleared_at) WHERE cleared_at IS NOT NULL;
