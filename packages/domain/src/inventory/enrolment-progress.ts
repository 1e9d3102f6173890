/** What is known of one enrolment. Times are RFC 3339 in UTC; null: it has not happened. */
export interface EnrolmentFacts {
  created_at: string;
  expires_at: string;
  /** When somebody first downloaded the agent with the command of this code. */
  fetched_at: string | null;
  /** When a machine enrolled with it. */
  used_at: string | null;
  asset: {
    waits_for: 'approval' | 'machine_id' | null;
    last_check_in_at: string | null;
    /** When its packages and its updates were first known after it enrolled. */
    packages_at: string | null;
    updates_at: string | null;
    lists_error: string | null;
  } | null;
}

export const ENROLMENT_STEPS = ['code', 'fetched', 'enrolled', 'reported', 'patches'] as const;
export type EnrolmentStep = (typeof ENROLMENT_STEPS)[number];

export interface EnrolmentProgress {
  steps: {
    step: EnrolmentStep;
    /** `late`: it has taken longer than it takes where all is well. `stopped`: it does not happen of itself any more. */
    state: 'done' | 'waiting' | 'late' | 'stopped';
    at: string | null;
  }[];
  /** What to look at when a step hangs, the likeliest first; empty where nothing hangs. */
  diagnosis: string[];
}

/** Seconds after which a step that has not happened is late. */
const LATE_AFTER: Record<EnrolmentStep, number> = { code: 0, fetched: 60, enrolled: 60, reported: 60, patches: 180 };

const DOCTOR = 'On the machine, sudo fleetmend-agent doctor says which of its parts is wrong.';

const DIAGNOSES: Record<EnrolmentStep, readonly string[]> = {
  code: ['The code has run out unused. Make a new one: the command on this page then is a new one too.'],
  fetched: [
    'The command has not been pasted yet, or curl ended with an error that stands in the terminal.',
    'The machine does not find this server: look at name resolution, a firewall or a proxy between them.',
    'curl does not believe the certificate of this server: put your authority’s certificate where the machine keeps such.',
    'The agent was copied by hand: then this step is skipped, and the next one counts.',
  ],
  enrolled: [
    'The installer was stopped before sudo, to be read: go on with the rest of the command.',
    'sudo asked for a password, or the user may not use it.',
    'The machine is enrolled already, here or elsewhere; the terminal says so. A code for that machine enrols it again.',
    'What answers the machine has another key than the command names; the terminal says so. Something stands between them.',
  ],
  reported: [
    'The agent does not run: systemctl status fleetmend-agent',
    DOCTOR,
    'A proxy between the machine and this server changes or caches POST requests to /api/agent/v1.',
  ],
  patches: [
    'The machine does not reach its package repositories; what it said last stands on its page.',
    'It has very many packages, and reads its lists for the first time.',
    DOCTOR,
  ],
};

/** How far an enrolment has come, and what to look at where it hangs. `now`: milliseconds since 1970. */
export function enrolmentProgress(facts: EnrolmentFacts, now: number): EnrolmentProgress {
  const { asset } = facts;
  const used = facts.used_at;
  const times: Record<EnrolmentStep, string | null> = {
    code: facts.created_at,
    fetched: facts.fetched_at ?? used,
    enrolled: used,
    reported: asset?.packages_at ?? null,
    patches: asset?.updates_at ?? null,
  };
  const open = ENROLMENT_STEPS.find((step) => times[step] === null);
  if (open === undefined) return { steps: ENROLMENT_STEPS.map((step) => done(step, times[step])), diagnosis: [] };
  const before = ENROLMENT_STEPS[ENROLMENT_STEPS.indexOf(open) - 1] ?? 'code';
  const since = Date.parse(times[before] ?? facts.created_at);
  const isOut = used === null && now >= Date.parse(facts.expires_at);
  const isHeld = asset !== null && asset.waits_for !== null;
  const isLate = now - since > LATE_AFTER[open] * 1000;
  const state = isOut || isHeld ? 'stopped' : isLate ? 'late' : 'waiting';
  return {
    steps: ENROLMENT_STEPS.map((step) => {
      if (times[step] !== null) return done(step, times[step]);
      return { step, state: step === open ? state : 'waiting', at: null };
    }),
    diagnosis: diagnose(facts, open, { isOut, isLate }),
  };
}

function done(step: EnrolmentStep, at: string | null): EnrolmentProgress['steps'][number] {
  return { step, state: 'done', at };
}

function diagnose(
  { asset }: EnrolmentFacts,
  open: EnrolmentStep,
  { isOut, isLate }: { isOut: boolean; isLate: boolean },
): string[] {
  if (isOut) return [...DIAGNOSES.code];
  if (asset?.waits_for === 'approval') return ['It waits until a person lets it in; that is the rule here.'];
  if (asset?.waits_for === 'machine_id')
    return ['Another machine that reports has its machine id, so a person has to say whether it may be let in.'];
  if (!isLate) return [];
  const silent =
    open === 'reported' && asset?.last_check_in_at === null ? ['It has enrolled and never called since.'] : [];
  const error = open === 'patches' && asset?.lists_error ? [`It says: ${asset.lists_error}`] : [];
  return [...silent, ...error, ...DIAGNOSES[open]];
}
