import type { Output } from '@fleetmend/api/client.ts';
import type { VulnerabilityFacts } from '@fleetmend/domain/advisories/vulnerability-facts.ts';
import { HOSTS_WORD } from '@fleetmend/domain/findings/derived-finding.ts';
import type { FindingView } from '../findings/finding.queries.ts';

type Finding = Output<'listFindings'>['data'][number];

/** A finding as the API shows it, with what all feeds know of its vulnerability. */
export function describeFinding(view: FindingView, facts: VulnerabilityFacts | undefined): Finding {
  return {
    id: view.id,
    asset: view.asset,
    hostname: view.hostname,
    vulnerability: view.vulnerability,
    package: view.package,
    architecture: view.architecture,
    installed_version: view.installed_version,
    fixed_version: view.fixed_version,
    state: view.state,
    decided_by: view.decided_by,
    waits_for: view.waits_for,
    // What a host says of itself is as fresh as its report.
    evidence: view.evidence.map((each) => ({
      ...each,
      as_of: HOSTS_WORD.includes(each.source) ? view.updates_at : each.as_of,
    })),
    is_known_exploited: facts?.known_exploited != null,
    epss: facts?.epss?.score ?? null,
    epss_percentile: facts?.epss?.percentile ?? null,
    cvss: facts?.cvss?.score ?? null,
    detected_at: view.detected_at,
    cleared_at: view.cleared_at,
  };
}
