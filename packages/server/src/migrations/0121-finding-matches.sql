-- What the rules of all feeds say of a package as it is on machines of one system: the rules that match it, and of each the
-- state and the version that ends it. A package that none matches has a row too: it has been looked at. Findings are made
-- from these rows, and why a rule matches is judged again from rule and package when somebody asks.
CREATE TABLE finding_match (
  -- The platforms of the system, as rules name them: `debian 12, debian:12, debian bookworm`.
  system text NOT NULL,
  software integer NOT NULL,
  rules integer[] NOT NULL,
  states text[] NOT NULL,
  fixed text[] NOT NULL,
  PRIMARY KEY (system, software)
);

ALTER TABLE finding
  ADD state text NOT NULL DEFAULT 'affected'
    CHECK (state IN ('affected', 'unfixed', 'will_not_fix', 'fix_deferred', 'end_of_life', 'under_investigation')),
  -- Why one feed's word counts before another's; null where all agree on who is to be believed.
  ADD decided_by text,
  -- Why it is still open although its fix is installed.
  ADD waits_for text;

-- The transaction that last changed what an asset has or is: a cache of who has what asks for what was placed since it last
-- looked. Transactions that a snapshot still saw running are asked for again, so none is missed in whatever order they end.
ALTER TABLE inventory_asset ADD placed_in xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX inventory_asset_placed ON inventory_asset (placed_in);
CREATE FUNCTION inventory_asset_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.placed_in := pg_current_xact_id();
  RETURN NEW;
END
$$;
CREATE TRIGGER inventory_asset_placed BEFORE UPDATE OF set_digest, facts, retired_at ON inventory_asset
  FOR EACH ROW EXECUTE FUNCTION inventory_asset_place();
