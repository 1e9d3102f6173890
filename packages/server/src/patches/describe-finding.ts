import type { Output } from '@fleetmend/api/client.ts';
import type { VulnerabilityFacts } from '@fleetmend/domain/advisories/vulnerability-facts.ts';
import { dateEvidence } from '../findings/date-evidence.ts';
import type { FindingView } from '../findings/finding.queries.ts';

type Finding = Output<'listFindings'>['data'][number];

/** A finding as the API shows it, with what all feeds know of its vulnerability. */
export function describeFinding(view: FindingView, facts: VulnerabilityFacts | undefined): Finding {
  const { updates_at, evidence, ...finding } = view;
  return {
    ...finding,
    evidence: dateEvidence(evidence, updates_at),
    is_known_exploited: facts?.known_exploited != null,
    is_rejected: facts?.is_rejected === true,
    epss: facts?.epss?.score ?? null,
    epss_percentile: facts?.epss?.percentile ?? null,
    cvss: facts?.cvss?.score ?? null,
  };
}
