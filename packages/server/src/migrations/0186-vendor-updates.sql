-- Updates by number of which each ends what a rule speaks of, where its publisher's fixes are no versions: [{kb, supersedes,
-- fixed_build}].
ALTER TABLE advisory_rule ADD updates jsonb NOT NULL DEFAULT '[]';
