-- Where our knowledge comes from, and how the last attempt to refresh it went. A failed attempt changes only its own columns.
CREATE TABLE feed_source (
  id text PRIMARY KEY,
  -- Where the data in use was read from, its validators for a conditional request, and the publisher's own version of it.
  source text,
  etag text,
  last_modified text,
  data_version text,
  records integer NOT NULL DEFAULT 0,
  last_success_at timestamptz,
  last_attempt_at timestamptz,
  -- What went wrong the last time; null after a success.
  error text
);
