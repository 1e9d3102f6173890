import type { AvailableUpdate } from '../inventory/asset.ts';
import { compareIn, type Ecosystem } from '../versions/ecosystems.ts';
import type { DerivedFinding, Evidence } from './derived-finding.ts';
import { isWayBack, type KernelInEffect } from './kernel-in-effect.ts';
import { type AdvisoryMatch, type NamedPackage, observe } from './merge-matches.ts';

export interface FindingInputs {
  updates: readonly AvailableUpdate[];
  /** What the rules of all feeds say of the asset's packages. */
  matches: readonly AdvisoryMatch[];
  /** Rules of feeds that are believed before others, about the same packages, that matched nothing. */
  rebuttals: readonly NamedPackage[];
  /** The kernel that runs: older ones beside it are a way back and touch nothing. */
  kernel: KernelInEffect | null;
}

/**
 * All findings of one asset, one per vulnerability (or "unnamed") and source package, in a stable order: from advisories,
 * from CVE ids in changelogs between installed and candidate, and from security updates that name none.
 */
export function deriveFindings({ updates, matches, rebuttals, kernel }: FindingInputs): DerivedFinding[] {
  const found = new Map<string, DerivedFinding>();
  const effective = matches.filter(({ software }) => !isWayBack(software, kernel));
  for (const { first, others, decided_by } of observe(effective, rebuttals)) {
    for (const finding of first) addEvidence(found, { ...finding, decided_by });
    for (const finding of others) addWords(found, finding);
  }
  const newest = distinctUpdates(updates);
  for (const update of newest) {
    const versions = `${update.source} ${update.source_installed_version} → ${update.source_candidate_version}`;
    for (const vulnerability of update.changelog_cves ?? []) {
      const evidence: Evidence = {
        source: 'changelog',
        advisory: null,
        rule: 'CVE id in the changelog above the installed version',
        detail: versions,
        as_of: null,
      };
      addEvidence(found, { ...describeUpdate(update), vulnerability, evidence: [evidence] });
    }
  }
  for (const update of newest) {
    if (!update.is_security || isNamed(found.values(), update)) continue;
    const detail = `${update.source} ${update.source_installed_version} → ${update.source_candidate_version} from ${update.origin}`;
    const evidence: Evidence = {
      source: 'security_suite',
      advisory: null,
      rule: 'offered by a security suite, no vulnerability named',
      detail,
      as_of: null,
    };
    addEvidence(found, { ...describeUpdate(update), vulnerability: null, evidence: [evidence] });
  }
  return [...found.values()].sort((a, b) => compareText(findingKey(a), findingKey(b)));
}

/** What makes two observations one finding of an asset. */
export function findingKey({
  ecosystem,
  source,
  vulnerability,
}: Pick<DerivedFinding, 'ecosystem' | 'source' | 'vulnerability'>): string {
  return `${ecosystem}\n${source}\n${vulnerability ?? ''}`;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function distinctUpdates(updates: readonly AvailableUpdate[]): AvailableUpdate[] {
  const chosen = new Map<string, AvailableUpdate>();
  for (const each of updates) {
    const key = `${each.ecosystem}\n${each.source}\n${each.source_candidate_version}`;
    const before = chosen.get(key);
    const cves = [...new Set([...(before?.changelog_cves ?? []), ...(each.changelog_cves ?? [])])].sort();
    const better = before === undefined || isBetterName(each, before) ? each : before;
    chosen.set(key, {
      ...better,
      changelog_cves: before?.changelog_cves || each.changelog_cves ? cves : null,
      is_security: each.is_security || before?.is_security === true,
    });
  }
  return [...chosen.values()];
}

function isBetterName(a: { name: string; architecture: string; source: string }, b: typeof a): boolean {
  const isOwn = (each: typeof a) => each.name === each.source;
  if (isOwn(a) !== isOwn(b)) return isOwn(a);
  return compareText(`${a.name}\n${a.architecture}`, `${b.name}\n${b.architecture}`) < 0;
}

function describeUpdate(update: AvailableUpdate) {
  return {
    ecosystem: update.ecosystem,
    source: update.source,
    package: update.name,
    architecture: update.architecture,
    installed_version: update.source_installed_version,
    fixed_version: update.source_candidate_version,
    state: 'affected' as const,
    decided_by: null,
    published_at: null,
  };
}

/** Merges observations of one finding: all evidence, the nearest fix, the earliest publication, the lowest installed version. */
function addEvidence(found: Map<string, DerivedFinding>, finding: DerivedFinding): void {
  const key = findingKey(finding);
  const before = found.get(key);
  if (before === undefined) {
    found.set(key, finding);
    return;
  }
  const { ecosystem } = finding;
  const order = compareIn(ecosystem, finding.installed_version, before.installed_version);
  const isCloser = order === -1 || (order === 0 && isBetterName(named(finding), named(before)));
  const { package: name, architecture, installed_version } = isCloser ? finding : before;
  found.set(key, {
    ...before,
    package: name,
    architecture,
    installed_version,
    // Who names a fix knows more than who knows of none.
    state: finding.state === 'affected' ? 'affected' : before.state,
    fixed_version: lower(ecosystem, before.fixed_version, finding.fixed_version),
    published_at: earlier(before.published_at, finding.published_at),
    evidence: withWords(before, finding),
  });
}

function named({ package: name, architecture, source }: DerivedFinding) {
  return { name, architecture, source };
}

/** Keeps what is believed less as evidence alone. */
function addWords(found: Map<string, DerivedFinding>, finding: DerivedFinding): void {
  const before = found.get(findingKey(finding));
  if (before === undefined) return;
  const published_at = earlier(before.published_at, finding.published_at);
  found.set(findingKey(finding), { ...before, published_at, evidence: withWords(before, finding) });
}

function withWords(before: DerivedFinding, { evidence }: DerivedFinding): Evidence[] {
  const isKnown = ({ rule, detail }: Evidence) =>
    before.evidence.some((each) => each.rule === rule && each.detail === detail);
  return [...before.evidence, ...evidence.filter((each) => !isKnown(each))];
}

/** Whether something already names a vulnerability that this update removes. */
function isNamed(found: Iterable<DerivedFinding>, update: AvailableUpdate): boolean {
  for (const { ecosystem, source, vulnerability, fixed_version } of found) {
    if (ecosystem !== update.ecosystem || source !== update.source) continue;
    if (vulnerability === null || fixed_version === null) continue;
    if (!isLower(ecosystem, update.source_candidate_version, fixed_version)) return true;
  }
  return false;
}

function isLower(ecosystem: Ecosystem, a: string, b: string): boolean {
  return compareIn(ecosystem, a, b) === -1;
}

function lower(ecosystem: Ecosystem, a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return isLower(ecosystem, b, a) ? b : a;
}

function earlier(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return b < a ? b : a;
}
