import type { VersionSchemeName } from '../versions/registry.ts';
import { isOpen, type MatchedFinding } from './match-finding.ts';
import { schemeOfPlatform } from './scheme-of-platform.ts';

/** Who says something of a package: a feed, of packages of a platform. */
export interface Source {
  feed: string;
  platform: string;
}

/** Who is believed first where sources speak of the same package and vulnerability. */
const AUTHORITIES = [
  'the publisher of the package',
  'who collects what publishers say',
  'the ecosystem',
  'NVD',
] as const;

/** Schemes of distributions: they patch older versions, so what upstream's numbers say is not what holds for theirs. */
const DISTRIBUTIONS: readonly (VersionSchemeName | null)[] = ['deb', 'rpm', 'apk', 'alpm'];
const OF_COLLECTORS = ['osv', 'trivy'];
const OF_ECOSYSTEMS = ['ghsa', 'pypi', 'go', 'rustsec', 'nodejs'];
const OF_NVD = ['nvd', 'cve', 'vulnrichment'];

/** How far down a source stands: 0 is believed first. */
export function authorityOf({ feed, platform }: Source): number {
  if (OF_NVD.includes(feed)) return 3;
  if (OF_COLLECTORS.includes(feed)) return DISTRIBUTIONS.includes(schemeOfPlatform(platform)) ? 1 : 2;
  return OF_ECOSYSTEMS.includes(feed) ? 2 : 0;
}

/**
 * Which of the statements about one package and vulnerability decide: those of the sources that are believed first, whether
 * they say that it is affected or that it is not. The others give way, the better ones first, and `why` says to whom; null
 * where none has to.
 */
export function preferred<Statement extends Source>(
  statements: readonly Statement[],
): { first: Statement[]; others: Statement[]; why: string | null } {
  const rank = Math.min(...statements.map(authorityOf));
  const ordered = statements.toSorted((a, b) => authorityOf(a) - authorityOf(b));
  const first = ordered.filter((each) => authorityOf(each) === rank);
  const others = ordered.slice(first.length);
  const why = `${feedsOf(first)} before ${feedsOf(others)}: ${AUTHORITIES[rank]} knows best`;
  return { first, others, why: others.length === 0 ? null : why };
}

function feedsOf(sources: readonly Source[]): string {
  return [...new Set(sources.map(({ feed }) => feed))].join(', ');
}

/**
 * Decides between all sources of an inventory's findings. What gives way, for each vulnerability that it names, stays as no
 * finding, and says who decided (docs/decisions/0012-vendor-feeds.md).
 */
export function preferSources(findings: readonly MatchedFinding[]): MatchedFinding[] {
  const speaking = findings.filter(({ state }) => state !== 'unknown' && state !== 'withdrawn');
  const statements = speaking.flatMap((finding) => keysOf(finding).map((key) => ({ ...finding, key })));
  const decisions = new Map(
    [...Map.groupBy(statements, ({ key }) => key)].map(([key, own]) => [key, preferred(own)] as const),
  );
  return findings.map((finding) => {
    if (!isOpen(finding)) return finding;
    const decided = keysOf(finding).flatMap((key) => decisions.get(key) ?? []);
    const [decider] = decided.map(({ first }) => first.find(isOpen) ?? first[0]);
    const givesWay = decided.every(({ first }) => first.every((each) => authorityOf(each) < authorityOf(finding)));
    if (decider === undefined || !givesWay) return finding;
    const why = `${preferred([decider, finding]).why}. ${decider.feed}: ${decider.why}; ${finding.feed}: ${finding.why}`;
    return { ...finding, state: 'not_affected', fixed: null, rule: 'other_source', why };
  });
}

function keysOf({ package: name, architecture, installed, vulnerabilities }: MatchedFinding): string[] {
  return vulnerabilities.map((each) => `${name}\n${architecture}\n${installed}\n${each}`);
}
