import type { Ecosystem } from '../versions/ecosystems.ts';

/** What a finding is: something is to be done, or its publisher says why nothing can be. */
export const FINDING_STATES = [
  'affected',
  'unfixed',
  'will_not_fix',
  'fix_deferred',
  'end_of_life',
  'under_investigation',
] as const;
export type FindingState = (typeof FINDING_STATES)[number];

/** Why a finding is over. */
export const CLEARED_BECAUSE = ['fixed', 'removed', 'no_longer_said', 'retired', 'not_affected'] as const;
export type ClearedBecause = (typeof CLEARED_BECAUSE)[number];

/** One independent reason to believe a finding. */
export interface Evidence {
  /** The feed that says so; or `changelog` and `security_suite`, the host's own word. */
  source: string;
  /** The advisory that says it; null for the host's own word. */
  advisory: string | null;
  rule: string;
  detail: string;
  /** When its publisher last changed it; null for what the host itself says, which is as fresh as its report. */
  as_of: string | null;
}

/** What a host says of itself, rather than a feed of it. */
export const HOSTS_WORD: readonly string[] = ['changelog', 'security_suite'];

/** That a vulnerability touches an asset through one source package. */
export interface DerivedFinding {
  ecosystem: Ecosystem;
  source: string;
  /** Null: a security update whose vulnerabilities nobody has named. */
  vulnerability: string | null;
  package: string;
  architecture: string;
  /** Source versions both, since that is what advisories speak of. */
  installed_version: string;
  fixed_version: string | null;
  state: FindingState;
  /** What is believed first stands first. */
  evidence: Evidence[];
  /** Why one feed's word counts before another's, where more than one speaks of it. */
  decided_by: string | null;
  /** When the vulnerability was first published, as far as its advisories say. */
  published_at: string | null;
}
