import { percent } from './percent.ts';

/** A report that is older says nothing of now. */
export const FRESH_REPORT_SECONDS = 24 * 3600;

/** Compliance of one machine. Unknown is neither yes nor no, and never green. */
export type Compliance = 'compliant' | 'not_compliant' | 'unknown';

/** A machine with a fresh report is compliant while no security patch is open on it: missing, waiting or failed alike. */
export function assetCompliance(
  asset: { reported_at: string | null; open_security_patches: number },
  now: string,
): Compliance {
  if (asset.reported_at === null) return 'unknown';
  if (Date.parse(now) - Date.parse(asset.reported_at) > FRESH_REPORT_SECONDS * 1000) return 'unknown';
  return asset.open_security_patches === 0 ? 'compliant' : 'not_compliant';
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
