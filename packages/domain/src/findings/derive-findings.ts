import type { Advisory, Affected } from '../advisories/advisory.ts';
import type { AvailableUpdate, Software } from '../inventory/asset.ts';
import { compareIn, type Ecosystem, schemeOf } from '../versions/ecosystems.ts';
import { isAffected } from './is-affected.ts';

/** One independent reason to believe a finding. */
export interface Evidence {
  source: 'osv' | 'changelog' | 'security_suite';
  rule: string;
  detail: string;
  /** When its publisher last changed it; null for what the host itself says, which is as fresh as its report. */
  as_of: string | null;
}

/** That a vulnerability touches an asset through one source package. */
export interface DerivedFinding {
  ecosystem: Ecosystem;
  source: string;
  /** Null: a security update whose vulnerabilities nobody has named. */
  vulnerability: string | null;
  package: string;
  architecture: string;
  /** Source versions both, since that is what advisories speak of. */
  installed_version: string;
  fixed_version: string | null;
  evidence: Evidence[];
  /** When the vulnerability was first published, as far as its advisories say. */
  published_at: string | null;
}

export interface FindingInputs {
  software: readonly Software[];
  updates: readonly AvailableUpdate[];
  /** Entries for this asset's own ecosystems, by source package; others may be among them and are passed over. */
  advisories: ReadonlyMap<string, readonly { advisory: Advisory; affected: Affected }[]>;
}

/**
 * All findings of one asset, one per vulnerability (or "unnamed") and source package, in a stable order: from advisories
 * by source version, from CVE ids in changelogs between installed and candidate, and from security updates that name none.
 */
export function deriveFindings({ software, updates, advisories }: FindingInputs): DerivedFinding[] {
  const found = new Map<string, DerivedFinding>();
  for (const installed of distinctSources(software)) {
    for (const { advisory, affected } of advisories.get(installed.source) ?? []) {
      const { state, rule, detail, fixed_version } = isAffected(
        installed,
        affected,
        advisory,
        schemeOf(installed.ecosystem),
      );
      if (state !== 'affected') continue;
      const evidence: Evidence = { source: 'osv', rule: `${rule} of ${advisory.id}`, detail, as_of: advisory.modified };
      for (const vulnerability of advisory.vulnerabilities) {
        addEvidence(found, {
          ...describe(installed),
          vulnerability,
          fixed_version,
          evidence: [evidence],
          published_at: advisory.published,
        });
      }
    }
  }
  const newest = distinctUpdates(updates);
  for (const update of newest) {
    const versions = `${update.source} ${update.source_installed_version} → ${update.source_candidate_version}`;
    for (const vulnerability of update.changelog_cves ?? []) {
      const evidence: Evidence = {
        source: 'changelog',
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

/** One installed binary for each source and source version; the one named like its source speaks for the others. */
function distinctSources(software: readonly Software[]): Software[] {
  const chosen = new Map<string, Software>();
  for (const each of software) {
    const key = `${each.ecosystem}\n${each.source}\n${each.source_version}`;
    const before = chosen.get(key);
    if (before === undefined || isBetterName(each, before)) chosen.set(key, each);
  }
  return [...chosen.values()];
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

function describe({ ecosystem, source, name, architecture, source_version }: Software) {
  return { ecosystem, source, package: name, architecture, installed_version: source_version };
}

function describeUpdate(update: AvailableUpdate) {
  return {
    ecosystem: update.ecosystem,
    source: update.source,
    package: update.name,
    architecture: update.architecture,
    installed_version: update.source_installed_version,
    fixed_version: update.source_candidate_version,
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
  const isOlder = isLower(finding.ecosystem, finding.installed_version, before.installed_version);
  const isKnown = (evidence: Evidence) =>
    before.evidence.some((each) => each.rule === evidence.rule && each.detail === evidence.detail);
  found.set(key, {
    ...(isOlder ? finding : before),
    fixed_version: lower(finding.ecosystem, before.fixed_version, finding.fixed_version),
    published_at: earlier(before.published_at, finding.published_at),
    evidence: [...before.evidence, ...finding.evidence.filter((each) => !isKnown(each))],
  });
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
