-- The files that a feed's data was read from, as they came: what is asked of their servers the next time, and what is packed
-- for sites without internet. The bytes lie in the data folder, in a folder for each load.
CREATE TABLE feed_file (
  feed text NOT NULL REFERENCES feed_source,
  name text NOT NULL,
  -- Where it was fetched; null where it was handed over.
  address text,
  etag text,
  last_modified text,
  sha256 text NOT NULL,
  bytes bigint NOT NULL,
  PRIMARY KEY (feed, name)
);
ALTER TABLE feed_source DROP COLUMN etag, DROP COLUMN last_modified, ADD kept_in text;
