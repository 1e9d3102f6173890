import { type Evidence, HOSTS_WORD } from '@fleetmend/domain/findings/derived-finding.ts';

/** Evidence with its time: what a host says of itself is as fresh as its report. */
export function dateEvidence(evidence: readonly Evidence[], updatesAt: string | null): Evidence[] {
  return evidence.map((each) => ({ ...each, as_of: HOSTS_WORD.includes(each.source) ? updatesAt : each.as_of }));
}
