-- What is known to be wrong. Each feed's tables are replaced as one, in one transaction; rows that did not change stay.
CREATE TABLE advisory_known_exploited (
  cve text PRIMARY KEY,
  vendor text NOT NULL,
  product text NOT NULL,
  name text NOT NULL,
  date_added date NOT NULL,
  due_date date,
  is_ransomware boolean NOT NULL,
  required_action text NOT NULL,
  -- When we learned of it; its publisher's own date is date_added.
  ingested_at timestamptz NOT NULL
);

-- Probability and rank as published: two numbers that must not be mixed.
CREATE TABLE advisory_epss (
  cve text PRIMARY KEY,
  score double precision NOT NULL CHECK (score >= 0 AND score <= 1),
  percentile double precision NOT NULL CHECK (percentile >= 0 AND percentile <= 1)
);

CREATE TABLE advisory (
  id text PRIMARY KEY,
  -- SHA-256 of the record as normalised: an unchanged one is not written again.
  digest bytea NOT NULL,
  aliases text[] NOT NULL,
  vulnerabilities text[] NOT NULL,
  summary text NOT NULL,
  published timestamptz,
  modified timestamptz,
  withdrawn timestamptz,
  -- Vectors as published: [{type, vector}].
  vectors jsonb NOT NULL,
  -- The best CVSS 3 base score of those vectors, and the vector it belongs to.
  cvss double precision,
  cvss_vector text,
  -- The distribution's own word.
  severity text,
  ingested_at timestamptz NOT NULL
);
CREATE INDEX advisory_vulnerabilities ON advisory USING gin (vulnerabilities);
-- Scores and severities are taken only from advisories about one vulnerability alone.
CREATE INDEX advisory_single ON advisory ((vulnerabilities[1])) WHERE cardinality(vulnerabilities) = 1 AND withdrawn IS NULL;

CREATE TABLE advisory_affected (
  advisory text NOT NULL REFERENCES advisory ON DELETE CASCADE,
  position integer NOT NULL,
  ecosystem text NOT NULL,
  package text NOT NULL,
  ranges jsonb NOT NULL,
  versions text[] NOT NULL,
  severity text,
  PRIMARY KEY (advisory, position)
);
CREATE INDEX advisory_affected_package ON advisory_affected (ecosystem, package);
