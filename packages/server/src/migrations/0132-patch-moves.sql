-- Where each patch stood when it was last looked at: what the next look is compared with.
CREATE TABLE patch_standing (
  patch text PRIMARY KEY REFERENCES patch,
  decision text NOT NULL CHECK (decision IN ('act', 'attend', 'track_star', 'track')),
  score integer NOT NULL,
  model integer NOT NULL,
  known_exploited text[] NOT NULL,
  ransomware text[] NOT NULL
);

-- That a patch was raised or lowered, when and why: facts, written once.
CREATE TABLE patch_move (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  patch text NOT NULL REFERENCES patch,
  at timestamptz NOT NULL,
  direction text NOT NULL CHECK (direction IN ('raised', 'lowered')),
  from_decision text NOT NULL,
  to_decision text NOT NULL,
  from_score integer NOT NULL,
  to_score integer NOT NULL,
  reasons text[] NOT NULL
);
CREATE INDEX patch_move_patch ON patch_move (patch, sequence);
