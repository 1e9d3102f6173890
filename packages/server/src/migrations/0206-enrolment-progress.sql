-- How far an enrolment has come, for whoever waits for it: the agent was fetched with the code's command, the code was used.
-- The id names a code without giving it away.
ALTER TABLE inventory_enrolment_code
  ADD id text NOT NULL DEFAULT gen_random_uuid()::text UNIQUE,
  ADD owner text,
  ADD fetched_at timestamptz,
  ADD used_at timestamptz;
