import type { Output } from '@fleetmend/api/client.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { advisoryPage } from '@fleetmend/domain/advisories/advisory-page.ts';
import type { VulnerabilityFacts } from '@fleetmend/domain/advisories/vulnerability-facts.ts';
import { type AdvisoryRow, listNamed } from '../advisories/advisory.queries.ts';
import { describeAdvisory } from '../advisories/describe-advisory.ts';
import { readVulnerabilities } from '../advisories/vulnerability.queries.ts';
import type { Ctx } from '../platform/context.ts';
import { readReach, type Scope } from './advisory-reach.queries.ts';

/** How many advisories about one vulnerability are told; all of them are counted. */
const MOST_TOLD = 200;

interface Named {
  id: string;
  kind: 'advisory' | 'vulnerability';
  told: (AdvisoryRow & { total: number })[];
  scope: Scope;
}

/** An advisory or a vulnerability as all feeds tell it, and how far it reaches here. @throws Problem `not-found` */
export async function readAdvisory(ctx: Ctx, given: string): Promise<Output<'readAdvisory'>> {
  const { id, kind, told, scope } = await findNamed(ctx, given);
  const known = await readVulnerabilities(ctx.db, scope.vulnerabilities);
  const reach = await readReach(ctx.db, scope);
  const isKnown = told.length > 0 || reach.affected + reach.answered > 0 || [...known.values()].some(hasFacts);
  if (!isKnown) throw new Problem('not-found', `No feed that has been loaded speaks of "${given}".`);
  return {
    id,
    kind,
    told: told.map(describeAdvisory),
    told_total: told[0]?.total ?? 0,
    vulnerabilities: scope.vulnerabilities.flatMap((each) => known.get(each) ?? []).map(describeVulnerability),
    reach,
  };
}

/**
 * What is meant by an id: a vulnerability where some feed names it as one, or no feed has an advisory of that name; else an
 * advisory, whose findings are those that it says itself.
 */
export async function findNamed({ db }: Pick<Ctx, 'db'>, given: string): Promise<Named> {
  const told = await listNamed(db, given, MOST_TOLD);
  const named = told.flatMap(({ vulnerabilities }) => vulnerabilities);
  const vulnerability = named.find((each) => each.toLowerCase() === given.toLowerCase());
  if (vulnerability !== undefined || told.length === 0) {
    const id = vulnerability ?? given.toUpperCase();
    return { id, kind: 'vulnerability', told, scope: { vulnerabilities: [id], advisories: null } };
  }
  const own = told.find(({ id }) => id.toLowerCase() === given.toLowerCase());
  const scope = { vulnerabilities: [...new Set(named)].sort(), advisories: told.map(({ id }) => id) };
  return { id: own?.id ?? given, kind: 'advisory', told, scope };
}

/** Whether anybody has said anything of a vulnerability. */
function hasFacts({
  known_exploited,
  epss,
  cvss,
  ssvc,
  severity,
  published,
  is_rejected,
}: VulnerabilityFacts): boolean {
  return is_rejected || [known_exploited, epss, cvss, ssvc, severity, published].some((each) => each !== null);
}

function describeVulnerability({
  id,
  cvss,
  epss,
  known_exploited,
  ssvc,
  severity,
  published,
  is_rejected,
}: VulnerabilityFacts): Output<'readAdvisory'>['vulnerabilities'][number] {
  return { id, cvss, epss, known_exploited, ssvc, severity, published, is_rejected, page: advisoryPage(id) };
}
