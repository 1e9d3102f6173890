import type { Output } from '@fleetmend/api/client.ts';
import type { VulnerabilityFacts } from '@fleetmend/domain/advisories/vulnerability-facts.ts';
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
    // What a host says of itself is as fresh as its report.
    evidence: view.evidence.map((each) => ({ ...each, as_of: each.source === 'osv' ? each.as_of : view.updates_at })),
    is_known_exploited: facts?.known_exploited != null,
    epss: facts?.epss?.score ?? null,
    epss_percentile: facts?.epss?.percentile ?? null,
    cvss: facts?.cvss?.score ?? null,
    detected_at: view.detected_at,
    cleared_at: view.cleared_at,
  };
}
