import type { AvailableUpdate, Software } from '@fleetmend/domain/inventory/asset.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { compareIn } from '@fleetmend/domain/versions/ecosystems.ts';

/** What a repository says of one of its packages: an advisory of updateinfo.xml that names it. */
export interface RpmAdvisory {
  id: string;
  /** `security`, `bugfix`, `enhancement`. */
  type: string;
  severity: string | null;
  cves: string[];
}

/** One package file that a repository offers. */
export interface RpmOffer {
  name: string;
  architecture: string;
  version: string;
  source: string;
  source_version: string;
  repository: string;
  size: number;
  /** Null where the index gives another kind of digest. */
  sha256: string | null;
  advisories: RpmAdvisory[];
}

const SEVERITIES = ['low', 'moderate', 'important', 'critical'];

function isAbove(a: string, b: string): boolean {
  return compareIn('rpm', a, b) === 1;
}

/**
 * What an installed package can become: the candidate its manager has chosen, and what all offers up to it say of security.
 * "Fix only" is the lowest offer that is no older than the newest security fix among them.
 */
export function describeUpdate(
  now: Software,
  candidate: RpmOffer,
  context: { offers: readonly RpmOffer[]; is_held: boolean; has_advisories: boolean },
): AvailableUpdate {
  const between = context.offers
    .filter(({ name, architecture }) => name === now.name && architecture === candidate.architecture)
    .filter(({ version }) => isAbove(version, now.version) && !isAbove(version, candidate.version));
  const ascending = [...between].sort((a, b) => compareIn('rpm', a.version, b.version) ?? 0);
  const isFix = ({ advisories }: RpmOffer) => advisories.some(({ type }) => type === 'security');
  const newestFix = ascending.findLast(isFix);
  const advisories = ascending.flatMap((offer) => offer.advisories);
  const security = advisories.filter(({ type }) => type === 'security');
  const worst = Math.max(-1, ...security.map(({ severity }) => SEVERITIES.indexOf(severity ?? '')));
  const fix = newestFix === undefined || newestFix.version === candidate.version ? null : newestFix.version;
  return {
    ecosystem: 'rpm',
    name: now.name,
    architecture: candidate.architecture,
    installed_version: now.version,
    candidate_version: candidate.version,
    source: candidate.source,
    source_installed_version: now.source_version,
    source_candidate_version: candidate.source_version,
    origin: hostLine(candidate.repository, 300),
    suite: hostLine(candidate.repository, 200),
    is_security: security.length > 0,
    is_held: context.is_held,
    size: candidate.size,
    sha256: candidate.sha256,
    fix_version: fix,
    advisories: [...new Set(advisories.map(({ id }) => hostLine(id, 200)))].sort().slice(0, 2000),
    severity: SEVERITIES[worst] ?? null,
    changelog_cves: context.has_advisories ? [...new Set(security.flatMap(({ cves }) => cves))].sort() : null,
  };
}

/** Of several architectures of one name, the one that replaces what is installed: the same, or to and from `noarch`. */
export function findInstalledRpm(
  software: readonly Software[],
  offer: { name: string; architecture: string },
): Software | null {
  const named = software.filter(({ name }) => name === offer.name);
  const same = named.filter(({ architecture }) => architecture === offer.architecture);
  const [newest] = (same.length > 0 ? same : named.filter((each) => [each, offer].some(isNoarch))).sort(
    (a, b) => compareIn('rpm', b.version, a.version) ?? 0,
  );
  return newest ?? null;
}

function isNoarch({ architecture }: { architecture: string }): boolean {
  return architecture === 'noarch';
}
