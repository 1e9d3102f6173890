import { RED_HAT_REPOSITORIES } from '../advisories/read-trivy.ts';
import type { Rule } from '../advisories/rule.ts';
import type { InstalledInventory } from '../inventory/installed.ts';
import { platformsOf } from '../inventory/platforms.ts';
import { indexSubjects, type Subject } from './index-subjects.ts';
import { isAffected, type Verdict } from './is-affected.ts';
import type { MatchedFinding } from './match-finding.ts';
import { schemeOfPlatform } from './scheme-of-platform.ts';

/**
 * Lines of builds beside a distribution's usual ones, as rpm releases name them: modules
 * (`1.05-10.module_el8.5.0+2812+ed912d05`), and Oracle's live-patched and certified libraries (`2.28-1.ksplice1.el8`,
 * `1:1.1.1k-6.el8_fips`).
 */
const BUILD_LINES: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['module', /\.module/],
  ['ksplice1', /\bksplice1\b/i],
  ['ksplice2', /\bksplice2\b/i],
  ['fips', /[._]fips/i],
];

/**
 * Holds rules against one inventory, one after the other, so that a feed need not be held whole. What a rule says of a
 * package it names is told, also that it is not affected; what it names and is not there is passed over.
 */
export function createMatcher(inventory: InstalledInventory): (rule: Rule) => MatchedFinding[] {
  const subjects = indexSubjects(inventory);
  const platforms = new Set(platformsOf(inventory, RED_HAT_REPOSITORIES));
  return (rule) => {
    const platform = rule.affected.ecosystem.toLowerCase();
    const found = subjects.find(rule.names, platforms.has(platform) ? null : platform, rule.affected.package);
    return found.filter((each) => isOnArchitecture(rule, each)).map((each) => judge(rule, each));
  };
}

function isOnArchitecture({ architectures }: Rule, { architecture }: Subject): boolean {
  if (architectures === null || architecture === '' || architecture === 'noarch') return true;
  return architectures.includes(architecture);
}

function judge(rule: Rule, subject: Subject): MatchedFinding {
  const { advisory, affected, feed, vendor_ids } = rule;
  const scheme = schemeOfPlatform(affected.ecosystem);
  const compared = { source: affected.package, source_version: subject.compared };
  const verdict: Verdict | null = scheme === null ? null : isAffected(compared, affected, advisory, scheme);
  const said = {
    advisory: advisory.id,
    package: subject.name,
    architecture: subject.architecture,
    installed: subject.installed,
    fixed: verdict?.fixed_version?.replace(/^0:/, '') ?? null,
    vulnerabilities: advisory.vulnerabilities,
    vendor_ids,
    feed,
  };
  if (verdict === null) {
    const why = `no order of versions is known for ${affected.ecosystem}`;
    return { ...said, state: 'unknown', rule: 'unknown_order', why };
  }
  if (verdict.rule === 'withdrawn') return { ...said, state: 'withdrawn', rule: verdict.rule, why: verdict.detail };
  if (verdict.state !== 'affected') return { ...said, state: verdict.state, rule: verdict.rule, why: verdict.detail };
  const mismatch = scheme === 'rpm' ? lineMismatch(rule, subject) : null;
  if (mismatch !== null) return { ...said, state: 'not_affected', ...mismatch };
  const state = verdict.fixed_version === null ? unfixedState(rule) : 'affected';
  return { ...said, state, rule: verdict.rule, why: verdict.detail };
}

/** Without a fix above the version it is unfixed, unless the record closes the range by the last version it affects. */
function unfixedState({ affected, unfixed }: Rule): MatchedFinding['state'] {
  const isBounded = affected.ranges.some(({ events }) =>
    events.some(({ last_affected }) => last_affected !== undefined),
  );
  return isBounded ? 'affected' : unfixed;
}

/** Builds of one line and of another are two lines of one package: a fix in the one says nothing of the other. */
function lineMismatch({ affected }: Rule, { compared }: Subject): Pick<MatchedFinding, 'rule' | 'why'> | null {
  const fixed = affected.ranges.flatMap(({ events }) => events.flatMap((event) => event.fixed ?? []));
  const own = buildLine(compared);
  const other = fixed.find((each) => buildLine(each) !== own);
  if (other === undefined || fixed.some((each) => buildLine(each) === own)) return null;
  const [name, is, isNot] = own === null ? [buildLine(other), other, compared] : [own, compared, other];
  return { rule: name === 'module' ? 'module' : 'build_line', why: `${is} is a ${name} build, and ${isNot} is not` };
}

function buildLine(version: string): string | null {
  return BUILD_LINES.find(([, pattern]) => pattern.test(version))?.[0] ?? null;
}
