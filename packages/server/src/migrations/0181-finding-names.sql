-- The names under which rules may speak of a package: its own, its source's, as they are compared there. Written when a
-- package is first looked at, so that who looks for the packages of a rule finds them by an index.
CREATE TABLE finding_name (
  name text NOT NULL,
  software integer NOT NULL,
  PRIMARY KEY (name, software)
);
-- Packages that were looked at before have no names yet: they are looked at anew when their machines are.
TRUNCATE finding_match;

-- What a rule says of a package follows from the two, and neither changes under its id: only which rules match is kept. Room is
-- left in each page, so that a row that is written anew stays in it and no index is touched.
ALTER TABLE finding_match DROP states, DROP fixed, SET (fillfactor = 45);
