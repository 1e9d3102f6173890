-- Orders to hosts, what hosts said of them, and what the package manager printed.
CREATE TABLE deployment_order (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{64}$'),
  rollout text NOT NULL REFERENCES rollout,
  change text NOT NULL REFERENCES change_request,
  asset text NOT NULL REFERENCES inventory_asset,
  step text NOT NULL CHECK (step IN ('install', 'reboot', 'probe', 'rollback')),
  attempt integer NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'offered', 'accepted', 'done', 'withdrawn')),
  -- Services that ran old code before this order: only what is new speaks against it.
  stale_before jsonb NOT NULL,
  issued_at timestamptz NOT NULL,
  offered_at timestamptz,
  accepted_at timestamptz,
  done_at timestamptz,
  result jsonb,
  UNIQUE (change, asset, step, attempt),
  CHECK ((state = 'done') = (result IS NOT NULL))
);
CREATE INDEX deployment_order_open ON deployment_order (asset) WHERE state IN ('pending', 'offered', 'accepted');
CREATE INDEX deployment_order_rollout ON deployment_order (rollout, asset);

CREATE TABLE deployment_log (
  order_id text NOT NULL REFERENCES deployment_order,
  sequence integer NOT NULL,
  at timestamptz NOT NULL,
  text text NOT NULL,
  PRIMARY KEY (order_id, sequence)
);
