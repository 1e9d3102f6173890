-- The label of the rpm module a package was built in, empty where there is none: two builds that differ in nothing else are two.
ALTER TABLE inventory_software ADD COLUMN module text NOT NULL DEFAULT '';
ALTER TABLE inventory_software DROP CONSTRAINT inventory_software_ecosystem_name_version_architecture_sour_key;
ALTER TABLE inventory_software ADD UNIQUE (ecosystem, name, version, architecture, source, source_version, module);
