import type { Rule } from '../advisories/rule.ts';
import type { Software } from '../inventory/asset.ts';
import { type DerivedFinding, FINDING_STATES } from './derived-finding.ts';
import { type Subject, subjectsOf } from './index-subjects.ts';
import { installedSoftware } from './installed-software.ts';
import { isOnArchitecture, judgeRule } from './judge-rule.ts';
import { preferred, type Source } from './prefer-sources.ts';

/** A rule that names a package of a machine; as a match: one that has something open to say of it. */
export interface NamedPackage {
  software: Software;
  rule: Rule;
}

/** The same, where something may be there that no version tells of. */
export interface AdvisoryMatch extends NamedPackage {
  /** The update that ends it, where no version does. */
  update?: string;
}

/** What is said of one finding: a source's word that it is there, or that it is not. */
interface Statement extends Source {
  finding: DerivedFinding | null;
}

/** What sources say of one finding, those that decide before the others. */
export interface Observed {
  first: DerivedFinding[];
  others: DerivedFinding[];
  /** Why those count before the others; null where there are no others. */
  decided_by: string | null;
}

/**
 * What matches say, for each vulnerability that their advisories name. One that the feeds believed first say is not there is
 * none: a distribution that has patched an older version knows better than a range of upstream's.
 * @param rebuttals rules of other feeds about the same packages that matched nothing
 */
export function observe(matches: readonly AdvisoryMatch[], rebuttals: readonly NamedPackage[]): Observed[] {
  const said = new Map<string, Statement[]>();
  for (const match of matches) {
    const finding = describe(match);
    if (finding === null) continue;
    for (const vulnerability of match.rule.advisory.vulnerabilities)
      add(said, match, vulnerability, { ...finding, vulnerability });
  }
  for (const rebuttal of rebuttals.filter(isDenied)) {
    for (const vulnerability of rebuttal.rule.advisory.vulnerabilities) add(said, rebuttal, vulnerability, null);
  }
  return [...said.values()].flatMap((statements) => {
    const { first, others } = preferred(statements);
    const deciding = first.flatMap(({ finding }) => finding ?? []);
    if (deciding.length === 0) return [];
    const { why } = preferred(statements.filter(({ finding }) => finding !== null));
    return [{ first: deciding, others: others.flatMap(({ finding }) => finding ?? []), decided_by: why }];
  });
}

function add(
  said: Map<string, Statement[]>,
  { software, rule }: NamedPackage,
  vulnerability: string,
  finding: DerivedFinding | null,
): void {
  const key = `${software.ecosystem}\n${software.source}\n${vulnerability}`;
  const statement = { feed: rule.feed, platform: rule.affected.ecosystem, finding };
  const before = said.get(key);
  if (before === undefined) said.set(key, [statement]);
  else before.push(statement);
}

function describe({ software, rule, update }: AdvisoryMatch): Omit<DerivedFinding, 'vulnerability'> | null {
  const subject = subjectOf(software, rule.names);
  const { rule: kind, why, ...judged } = judgeRule(rule, subject, { find: () => [] });
  const state = FINDING_STATES.find((each) => each === judged.state);
  if (state === undefined) return null;
  return {
    ecosystem: software.ecosystem,
    source: software.source,
    package: software.name,
    architecture: software.architecture,
    installed_version: subject.compared,
    fixed_version: judged.fixed ?? update ?? null,
    state: judged.fixed === null && update !== undefined ? 'affected' : state,
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

function isDenied({ software, rule }: NamedPackage): boolean {
  if (!isOnArchitecture(rule, software.architecture)) return false;
  return judgeRule(rule, subjectOf(software, rule.names), { find: () => [] }).state === 'not_affected';
}
