-- What others have said of vulnerabilities in products: whole documents, and their statements as they were read.
CREATE TABLE vex_document (
  id text PRIMARY KEY,
  -- The document's own id and author; empty where it has none.
  document text NOT NULL,
  author text NOT NULL,
  format text NOT NULL CHECK (format IN ('openvex', 'csaf', 'cyclonedx')),
  -- How many statements name products that cannot be told from the document.
  unresolved integer NOT NULL,
  imported_at timestamptz NOT NULL,
  imported_by text NOT NULL
);

CREATE TABLE vex_statement (
  document text NOT NULL REFERENCES vex_document ON DELETE CASCADE,
  position integer NOT NULL,
  vulnerabilities text[] NOT NULL,
  statement jsonb NOT NULL,
  PRIMARY KEY (document, position)
);
CREATE INDEX vex_statement_vulnerabilities ON vex_statement USING gin (vulnerabilities);

-- Findings that a statement has answered: they are not open, and who said so stays to be seen.
CREATE TABLE finding_answered (
  asset text NOT NULL REFERENCES inventory_asset,
  ecosystem text NOT NULL,
  source text NOT NULL,
  vulnerability text NOT NULL,
  package text NOT NULL,
  installed_version text NOT NULL,
  document text NOT NULL,
  position integer NOT NULL,
  answered_at timestamptz NOT NULL,
  PRIMARY KEY (asset, ecosystem, source, vulnerability),
  FOREIGN KEY (document, position) REFERENCES vex_statement ON DELETE CASCADE
);
CREATE INDEX finding_answered_vulnerability ON finding_answered (vulnerability, asset);

ALTER TABLE finding DROP CONSTRAINT finding_cleared_because_check;
ALTER TABLE finding ADD CONSTRAINT finding_cleared_because_check
  CHECK (cleared_because IN ('fixed', 'removed', 'no_longer_said', 'retired', 'not_affected'));
