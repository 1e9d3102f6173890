-- Machines that have enrolled and wait until a person lets them in: since when, and what for.
ALTER TABLE inventory_asset
  ADD waits_since timestamptz,
  ADD waits_for text CHECK (waits_for IN ('approval', 'machine_id')),
  ADD CHECK ((waits_since IS NULL) = (waits_for IS NULL));

-- A machine that enrols is compared with those that have its id.
CREATE INDEX inventory_asset_machine_id ON inventory_asset (machine_id) WHERE retired_at IS NULL;

-- Whether machines that enrol wait for a person. No row: they do not.
CREATE TABLE inventory_enrolment_rule (
  is_one boolean PRIMARY KEY DEFAULT true CHECK (is_one),
  needs_approval boolean NOT NULL
);

-- A code may stand for one asset: whoever uses it becomes that machine, with a new key and the old history.
ALTER TABLE inventory_enrolment_code ADD for_asset text REFERENCES inventory_asset;
