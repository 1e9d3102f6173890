-- People ask for an advisory by its id, however they write it, and by the other names it has.
CREATE INDEX advisory_named ON advisory (lower(id) COLLATE "C", feed);
CREATE INDEX advisory_aliases ON advisory USING gin (aliases);
