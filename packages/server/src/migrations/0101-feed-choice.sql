-- Which feeds are read, what the publisher says of the age of its data, and a load that was not believed.
ALTER TABLE feed_source
  -- What of the inventory asks for this feed ("3 machines run AlmaLinux 8.10"); null while nothing does.
  ADD wanted_because text,
  -- The publisher's own date of the data in use, where it states one.
  ADD published_at timestamptz,
  -- How many records the load had that was not believed; null when there is none such. The data in use is the one before.
  ADD quarantined_records integer,
  -- A person has looked: the next load is held against this number instead of that of the data in use. Good for one load.
  ADD released_records integer;
