-- Advisories of every feed in two tables: what was published, and the rules that an inventory is held against. What a
-- feed had said before is read again at its next load.
DROP TABLE advisory_affected;
DROP TABLE advisory;
UPDATE feed_source SET etag = NULL, last_modified = NULL, records = 0, last_attempt_at = NULL WHERE id = 'osv';

CREATE TABLE advisory (
  feed text NOT NULL,
  id text NOT NULL,
  -- SHA-256 over what the feed says under this id: an unchanged advisory is not written again.
  digest bytea NOT NULL,
  aliases text[] NOT NULL,
  vulnerabilities text[] NOT NULL,
  summary text NOT NULL,
  published timestamptz,
  modified timestamptz,
  withdrawn timestamptz,
  -- Vectors as published: [{type, vector}].
  vectors jsonb NOT NULL,
  -- The publisher's own word.
  severity text,
  -- The publisher says that somebody exploits what it is about.
  is_exploited boolean NOT NULL,
  ingested_at timestamptz NOT NULL,
  PRIMARY KEY (feed, id)
);
CREATE INDEX advisory_vulnerabilities ON advisory USING gin (vulnerabilities);
-- Scores and severities are taken only from advisories about one vulnerability alone.
CREATE INDEX advisory_single ON advisory ((vulnerabilities[1])) WHERE cardinality(vulnerabilities) = 1 AND withdrawn IS NULL;

CREATE TABLE advisory_rule (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  feed text NOT NULL,
  advisory text NOT NULL,
  -- The platform in small letters (`debian bookworm`, `almalinux:8`, `pypi`), the package as that platform's names are compared.
  platform text NOT NULL,
  package text NOT NULL,
  -- The platform as the feed writes it.
  ecosystem text NOT NULL,
  names text NOT NULL CHECK (names IN ('binary', 'source', 'binaries_of_source')),
  ranges jsonb NOT NULL,
  versions text[] NOT NULL,
  -- Only on these; null is on all.
  architectures text[],
  -- What it is called while no version fixes it.
  unfixed text NOT NULL,
  vendor_ids text[] NOT NULL,
  -- The stream of a module, and the builds that have the fix where there is more than one line of them.
  module text,
  lines text[] NOT NULL,
  -- The publisher's own words for the state without a fix.
  reason text,
  severity text,
  FOREIGN KEY (feed, advisory) REFERENCES advisory ON DELETE CASCADE
);
CREATE INDEX advisory_rule_package ON advisory_rule (platform, package);
CREATE INDEX advisory_rule_advisory ON advisory_rule (feed, advisory);

-- Packages of which something else is said since they were last matched. Written by the load that changed it, in the same
-- transaction; taken away by whoever matches them. One may be there more than once.
CREATE TABLE advisory_changed_key (
  platform text NOT NULL,
  package text NOT NULL
);
