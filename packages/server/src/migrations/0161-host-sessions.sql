-- The server's X25519 key, which hosts pin at enrolment; its private half is sealed with the server's own key file.
CREATE TABLE inventory_server_key (
  is_one boolean PRIMARY KEY DEFAULT true CHECK (is_one),
  public_key text NOT NULL,
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL
);

-- Where the ratchet of each host stands. Narrow, because the step is written once a second for whoever checked in.
CREATE TABLE inventory_session (
  asset text PRIMARY KEY REFERENCES inventory_asset,
  -- The host's half of the exchange: public, so nothing here opens a session.
  exchange_key text NOT NULL,
  step bigint NOT NULL,
  link text NOT NULL,
  previous text NOT NULL
) WITH (fillfactor = 70);

-- Two holders of the host's key were seen then; enrolling anew makes another key.
ALTER TABLE inventory_asset ADD cloned_at timestamptz;
ALTER TABLE inventory_asset SET (fillfactor = 80);

-- Replays are refused by the ratchet.
DROP TABLE inventory_nonce;
