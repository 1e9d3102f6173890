-- An inventory is stored whole, or as what it adds to a whole one and leaves out of it: machines of one kind differ by
-- a few dozen packages of a thousand. `software_ids` are then only those that are added.
ALTER TABLE inventory_set
  ADD base bytea REFERENCES inventory_set,
  ADD without integer[] NOT NULL DEFAULT '{}',
  ADD package_count integer;
UPDATE inventory_set SET package_count = cardinality(software_ids);
ALTER TABLE inventory_set
  ALTER package_count SET NOT NULL,
  ADD CHECK (base IS NOT NULL OR (without = '{}' AND package_count = cardinality(software_ids)));
CREATE INDEX inventory_set_whole ON inventory_set (created_at) WHERE base IS NULL;

-- Every software id of an inventory, however it is stored.
CREATE FUNCTION inventory_set_ids(wanted bytea) RETURNS SETOF integer LANGUAGE sql STABLE PARALLEL SAFE ROWS 800 AS $$
  SELECT member.id FROM inventory_set t LEFT JOIN inventory_set b ON b.digest = t.base,
    LATERAL (SELECT unnest(t.software_ids) UNION ALL (SELECT unnest(b.software_ids) EXCEPT SELECT unnest(t.without))) AS member (id)
  WHERE t.digest = wanted
$$;
