-- Assets of which something has changed that findings rest on. Only ever added to, so that a check-in waits for nobody; an
-- asset that is there more than once is looked at once.
CREATE TABLE inventory_stirred (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  asset text NOT NULL,
  -- In the future for one whose findings could not be computed and are tried again.
  not_before timestamptz NOT NULL DEFAULT now(),
  failures integer NOT NULL DEFAULT 0
);
INSERT INTO inventory_stirred (asset) SELECT id FROM inventory_asset;
