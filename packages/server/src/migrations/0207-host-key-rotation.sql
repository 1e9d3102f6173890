-- The key before the present one: it opens a session until the host has opened one with its new key, so that a host that
-- never heard the answer to its change of keys is not locked out.
ALTER TABLE inventory_asset ADD former_spki bytea;
