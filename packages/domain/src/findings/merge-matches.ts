import type { Rule } from '../advisories/rule.ts';
import type { Software } from '../inventory/asset.ts';
import type { DerivedFinding, FindingState } from './derived-finding.ts';
import { authorityOf, nameAuthority } from './feed-authority.ts';
import { type Subject, subjectsOf } from './index-subjects.ts';
import { installedSoftware } from './installed-software.ts';
import { isOnArchitecture, judgeRule } from './judge-rule.ts';

/** A rule that names a package of a machine. */
export interface NamedPackage {
  software: Software;
  rule: Rule;
}

/** A stored match: what the rule says of the package. */
export interface AdvisoryMatch extends NamedPackage {
  state: FindingState;
  fixed: string | null;
}

/** One observation of a finding, and how far down its feed stands. */
export interface Observation {
  authority: number;
  finding: DerivedFinding;
}

/**
 * What matches say, one observation for each vulnerability that their advisories name. One that a feed believed before it
 * says is not there is none: a distribution that has patched an older version knows better than a range of upstream's.
 * @param rebuttals rules of other feeds about the same packages that matched nothing
 */
export function observe(matches: readonly AdvisoryMatch[], rebuttals: readonly NamedPackage[]): Observation[] {
  const denied = lowestDenials(rebuttals);
  return matches.flatMap((match) => {
    const authority = authorityOf(match.rule.feed, match.rule.affected.ecosystem);
    const said = describe(match);
    return match.rule.advisory.vulnerabilities
      .filter((vulnerability) => (denied.get(denialKey(match.software, vulnerability)) ?? authority) >= authority)
      .map((vulnerability) => ({ authority, finding: { ...said, vulnerability } }));
  });
}

/** Why one feed's word counts before another's; null where all say it with the same authority. */
export function explainAuthority(observations: readonly Observation[]): string | null {
  const first = Math.min(...observations.map(({ authority }) => authority));
  const feeds = (isFirst: boolean) => [
    ...new Set(
      observations
        .filter(({ authority }) => (authority === first) === isFirst)
        .flatMap(({ finding }) => finding.evidence.map(({ source }) => source)),
    ),
  ];
  const others = feeds(false);
  if (others.length === 0) return null;
  return `${feeds(true).join(', ')} before ${others.join(', ')}: ${nameAuthority(first)} knows best`;
}

function describe({ software, rule, state, fixed }: AdvisoryMatch): Omit<DerivedFinding, 'vulnerability'> {
  const subject = subjectOf(software, rule.names);
  const { rule: kind, why } = judgeRule(rule, subject, { find: () => [] });
  return {
    ecosystem: software.ecosystem,
    source: software.source,
    package: software.name,
    architecture: software.architecture,
    installed_version: subject.compared,
    fixed_version: fixed,
    state,
    evidence: [
      {
        source: rule.feed,
        advisory: rule.advisory.id,
        rule: `${kind} of ${rule.advisory.id}`,
        detail: why,
        as_of: rule.advisory.modified,
      },
    ],
    decided_by: null,
    published_at: rule.advisory.published,
  };
}

function subjectOf(software: Software, names: Rule['names']): Subject {
  const all = subjectsOf(installedSoftware(software));
  const found = all.find((each) => each.names === names);
  if (found === undefined) throw new Error(`a package has no subject for ${names}`);
  return found.subject;
}

/** By package and vulnerability: the first authority that says it is not affected. */
function lowestDenials(rebuttals: readonly NamedPackage[]): Map<string, number> {
  const denied = new Map<string, number>();
  for (const { software, rule } of rebuttals) {
    if (!isOnArchitecture(rule, software.architecture)) continue;
    if (judgeRule(rule, subjectOf(software, rule.names), { find: () => [] }).state !== 'not_affected') continue;
    const authority = authorityOf(rule.feed, rule.affected.ecosystem);
    for (const vulnerability of rule.advisory.vulnerabilities) {
      const key = denialKey(software, vulnerability);
      denied.set(key, Math.min(denied.get(key) ?? authority, authority));
    }
  }
  return denied;
}

function denialKey({ ecosystem, source }: Software, vulnerability: string): string {
  return `${ecosystem}\n${source}\n${vulnerability}`;
}
