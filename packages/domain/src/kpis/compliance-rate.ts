import { percent } from './percent.ts';

/** A report that is older says nothing of now. */
export const FRESH_REPORT_SECONDS = 24 * 3600;

/** Compliance of one machine. Unknown is neither yes nor no, and never green. */
export type Compliance = 'compliant' | 'not_compliant' | 'unknown';

export interface AssetReport {
  /** When the machine last said what it lacks; null before its first report. */
  reported_at: string | null;
  /** When the package lists behind that report were fetched; null when nobody knows. */
  lists_at: string | null;
  /** Security patches that it is offered, or has and that are not in effect: missing, waiting and failed alike. */
  open_security_patches: number;
}

/**
 * Whether a machine lacks a security patch. What is missing is missing however old the package lists are; that nothing
 * is missing only fresh lists can say.
 */
export function assetCompliance(
  { reported_at, lists_at, open_security_patches }: AssetReport,
  now: string,
): Compliance {
  if (!isFresh(reported_at, now)) return 'unknown';
  if (open_security_patches > 0) return 'not_compliant';
  return isFresh(lists_at, now) ? 'compliant' : 'unknown';
}

function isFresh(at: string | null, now: string): boolean {
  return at !== null && Date.parse(now) - Date.parse(at) <= FRESH_REPORT_SECONDS * 1000;
}

export interface ComplianceRate {
  /** Per cent; null while no machine has a fresh report. */
  value: number | null;
  compliant: number;
  reporting: number;
  unknown: number;
  /** Per cent of all machines; null where there are none. */
  unknown_share: number | null;
}

/** Compliant machines ÷ machines with a fresh report; the share of unknown ones is published beside it. */
export function complianceRate(machines: readonly Compliance[]): ComplianceRate {
  const count = (compliance: Compliance) => machines.filter((each) => each === compliance).length;
  const compliant = count('compliant');
  const unknown = count('unknown');
  const reporting = machines.length - unknown;
  return {
    value: percent(compliant, reporting),
    compliant,
    reporting,
    unknown,
    unknown_share: percent(unknown, machines.length),
  };
}
