-- One address that events are sent to, and what became of each.
CREATE TABLE notification_webhook (
  is_one boolean PRIMARY KEY DEFAULT true CHECK (is_one),
  id text NOT NULL,
  url text NOT NULL,
  -- AES-256-GCM under the key file of the data folder, bound to this id and column.
  secret bytea NOT NULL,
  is_enabled boolean NOT NULL,
  disabled_reason text,
  updated_at timestamptz NOT NULL,
  CHECK (is_enabled = (disabled_reason IS NULL))
);

CREATE TABLE notification_delivery (
  id text PRIMARY KEY,
  -- SHA-256 of the event: one that the queue hands out twice is sent as one.
  event_digest bytea NOT NULL UNIQUE CHECK (octet_length(event_digest) = 32),
  event text NOT NULL,
  at timestamptz NOT NULL,
  -- The very bytes that are signed and sent, the same at each attempt.
  body text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
  status integer,
  error text,
  created_at timestamptz NOT NULL
);
CREATE INDEX notification_delivery_age ON notification_delivery (created_at);
