-- Rollouts: the engine's model as rows, and every event it was given, so that the model is the fold of its events.
CREATE TABLE rollout (
  id text PRIMARY KEY,
  number bigint NOT NULL UNIQUE,
  change text NOT NULL UNIQUE REFERENCES change_request,
  state text NOT NULL CHECK (state IN ('running', 'paused', 'rolling_back', 'succeeded', 'failed', 'stopped', 'rolled_back')),
  reason text,
  ring integer NOT NULL,
  bake_until timestamptz,
  accepted_failures integer NOT NULL,
  started_at timestamptz NOT NULL,
  finished_at timestamptz,
  CHECK ((finished_at IS NULL) = (state IN ('running', 'paused', 'rolling_back')))
);
CREATE INDEX rollout_open ON rollout (number) WHERE finished_at IS NULL;

CREATE TABLE rollout_deployment (
  rollout text NOT NULL REFERENCES rollout,
  asset text NOT NULL REFERENCES inventory_asset,
  ring integer NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'installing', 'installed', 'rebooting', 'observing', 'probing', 'verified', 'failed',
    'refused', 'unreachable', 'rolling_back', 'rolled_back', 'rollback_failed', 'skipped')),
  attempt integer NOT NULL,
  code text,
  detail text NOT NULL,
  since timestamptz NOT NULL,
  is_installed boolean NOT NULL,
  needs_reboot boolean NOT NULL,
  -- Facts with their times, from which every duration is derived.
  ordered_at timestamptz,
  installed_at timestamptz,
  effective_at timestamptz,
  verified_at timestamptz,
  PRIMARY KEY (rollout, asset)
);
CREATE INDEX rollout_deployment_asset ON rollout_deployment (asset);
-- One machine takes part in one moving deployment at a time.
CREATE INDEX rollout_deployment_observing ON rollout_deployment (asset) WHERE state = 'observing';

CREATE TABLE rollout_event (
  rollout text NOT NULL REFERENCES rollout,
  sequence integer NOT NULL,
  at timestamptz NOT NULL,
  event jsonb NOT NULL,
  PRIMARY KEY (rollout, sequence)
);
