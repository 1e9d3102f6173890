-- Until when releases of systems and products get security fixes (endoflife.date), replaced as one.
CREATE TABLE advisory_release_cycle (
  product text NOT NULL,
  cycle text NOT NULL,
  codename text,
  -- For everybody, and for those who pay or go on by others (Debian LTS).
  ends_on date,
  extended_until date,
  -- Ended, where no day is told.
  is_ended boolean NOT NULL,
  PRIMARY KEY (product, cycle)
);
