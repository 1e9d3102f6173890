import { compareRpm, parseRpm } from '../../versions/rpm.ts';
import type { Advisory } from '../advisory.ts';
import { asRecord, recordsOf, textOf, textsOf } from '../read-fields.ts';
import { below, type Rule, type RuleDetails, ruleOf, type UnfixedState } from '../rule.ts';
import type { CsafComponent } from './csaf-products.ts';

/** What resolves a document's own names: its products, and the groups they are listed in. */
export interface CsafNames {
  component(id: string): CsafComponent | null;
  groups: ReadonlyMap<string, readonly string[]>;
}

/** A package on a system, whatever its version and architecture. */
interface Package {
  component: CsafComponent;
  names: Rule['names'][];
  key: string;
}

interface Unfixed {
  unfixed: UnfixedState;
  reason: string | null;
}

/** Symbols for debuggers hold nothing that runs. */
const DEBUG = /-debug(?:info|source)(?:-|$)/;
const MAX_REASON = 300;

/**
 * What one vulnerability of a CSAF document says of packages of Red Hat's and SUSE's systems (section 3.2.3.9): below the
 * first fixed build, or affected, under investigation or not affected in any version. A package with a fix has no other state.
 */
export function readRules(
  feed: string,
  advisory: Advisory,
  vulnerability: Record<string, unknown>,
  names: CsafNames,
): Rule[] {
  const status = asRecord(vulnerability['product_status']);
  const packagesIn = (kind: string) =>
    textsOf(status, kind).flatMap((id) => {
      const component = names.component(id);
      return component === null || DEBUG.test(component.name) ? [] : [{ id, ...packageOf(component) }];
    });
  const fixes = collectFixes([...packagesIn('first_fixed'), ...packagesIn('fixed')], packagesIn('recommended'));
  const rules = [...fixes.values()].flatMap(({ found, versions, main }) =>
    toRules(feed, advisory, found, {
      ranges: main === null ? [] : below(main),
      lines: versions.length > 1 || main === null ? versions : [],
    }),
  );
  const stated = readStatements(vulnerability, names);
  const seen = new Map<string, { found: Package; said: Unfixed; versions: Set<string | null> }>();
  for (const [kind, state] of STATES) {
    for (const { id, ...found } of packagesIn(kind)) {
      if (!found.component.platform.isMain || fixes.has(found.key)) continue;
      const said = stated(id, state);
      const before = seen.get(found.key);
      if (before === undefined) seen.set(found.key, { found, said, versions: new Set([found.component.version]) });
      else if (before.said.unfixed === said.unfixed) before.versions.add(found.component.version);
    }
  }
  for (const { found, said, versions } of seen.values()) {
    const listed = versions.has(null) ? [] : [...versions].filter((each) => each !== null);
    rules.push(
      ...toRules(feed, advisory, found, { ranges: listed.length > 0 ? [] : below(null), versions: listed, ...said }),
    );
  }
  return rules;
}

/** The stronger statement first: where two products of one system differ, that one counts. */
const STATES: readonly (readonly [kind: string, state: UnfixedState])[] = [
  ['known_affected', 'unfixed'],
  ['first_affected', 'unfixed'],
  ['last_affected', 'unfixed'],
  ['under_investigation', 'under_investigation'],
  ['known_not_affected', 'not_affected'],
];

function packageOf(component: CsafComponent): Package {
  const { platform, name, module, architecture } = component;
  // A name without any architecture may be a binary's or a source's.
  const names: Rule['names'][] =
    architecture === null
      ? ['binary', 'binaries_of_source']
      : [architecture === 'src' ? 'binaries_of_source' : 'binary'];
  return { component, names, key: [platform.name, name, module ?? '', names.join()].join('\n') };
}

interface Fix {
  found: Package;
  /** All builds that have it, and the first of those that every machine of the system gets. */
  versions: string[];
  main: string | null;
}

/** Recommended builds count where no other is said to be fixed, as SUSE lists them. Sources count where no binary does. */
function collectFixes(fixed: readonly Package[], recommended: readonly Package[]): Map<string, Fix> {
  const fixes = new Map<string, Fix>();
  const known = new Set(fixed.map(({ key }) => key));
  for (const found of [...fixed, ...recommended.filter(({ key }) => !known.has(key))]) {
    const { version, platform } = found.component;
    if (version === null) continue;
    const fix = fixes.get(found.key) ?? { found, versions: [], main: null };
    fixes.set(found.key, fix);
    if (!fix.versions.includes(version)) fix.versions.push(version);
    if (platform.isMain && (fix.main === null || isLower(version, fix.main))) fix.main = version;
  }
  const hasBinary = [...fixes.values()].some(({ found }) => found.component.architecture !== 'src');
  if (hasBinary) for (const [key, { found }] of fixes) if (found.component.architecture === 'src') fixes.delete(key);
  return fixes;
}

function isLower(a: string, b: string): boolean {
  const [x, y] = [parseRpm(a), parseRpm(b)];
  return x !== null && y !== null && compareRpm(x, y) < 0;
}

function toRules(
  feed: string,
  advisory: Advisory,
  { component: { platform, name, module }, names }: Package,
  { ranges = [], versions = [], ...more }: Partial<Pick<Rule['affected'], 'ranges' | 'versions'>> & RuleDetails,
): Rule[] {
  const affected = { ecosystem: platform.name, package: name, ranges, versions, severity: null };
  return names.map((each) => ruleOf(feed, advisory, affected, { ...more, names: each, module }));
}

/** What remediations and flags say of a product id, as far as they say more than its status. */
function readStatements(vulnerability: Record<string, unknown>, { groups }: CsafNames) {
  const refusals = new Map<string, Unfixed>();
  for (const each of recordsOf(vulnerability, 'remediations')) {
    const said = readRemediation(each);
    if (said !== null) for (const id of productsOf(each, groups)) refusals.set(id, refusals.get(id) ?? said);
  }
  const justifications = new Map<string, string>();
  for (const [list, member] of [
    ['flags', 'label'],
    ['threats', 'details'],
  ] as const) {
    for (const each of recordsOf(vulnerability, list)) {
      const words = textOf(each, member);
      if (words !== null)
        for (const id of productsOf(each, groups))
          justifications.set(id, justifications.get(id) ?? words.slice(0, MAX_REASON));
    }
  }
  return (id: string, unfixed: UnfixedState): Unfixed => {
    if (unfixed === 'not_affected') return { unfixed, reason: justifications.get(id) ?? null };
    return (unfixed === 'unfixed' ? refusals.get(id) : undefined) ?? { unfixed, reason: null };
  };
}

/** Why there is no fix; null for a remediation that says nothing of that. Red Hat's words tell its kinds apart. */
function readRemediation(remediation: Record<string, unknown>): Unfixed | null {
  const reason = textOf(remediation, 'details')?.slice(0, MAX_REASON) ?? null;
  switch (textOf(remediation, 'category')) {
    case 'no_fix_planned':
      return { unfixed: /out of support|end of life/i.test(reason ?? '') ? 'end_of_life' : 'will_not_fix', reason };
    case 'none_available':
    case 'fix_planned':
      return { unfixed: /defer/i.test(reason ?? '') ? 'fix_deferred' : 'unfixed', reason };
    default:
      return null;
  }
}

function productsOf(statement: Record<string, unknown>, groups: CsafNames['groups']): string[] {
  return [
    ...textsOf(statement, 'product_ids'),
    ...textsOf(statement, 'group_ids').flatMap((id) => groups.get(id) ?? []),
  ];
}
