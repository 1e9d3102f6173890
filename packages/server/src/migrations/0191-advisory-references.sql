-- What an advisory refers to on the web. What had been loaded is filled in as each advisory is loaded again.
ALTER TABLE advisory ADD "references" text[] NOT NULL DEFAULT '{}';
