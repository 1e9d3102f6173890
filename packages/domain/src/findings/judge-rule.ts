import type { Advisory } from '../advisories/advisory.ts';
import { below, type Rule } from '../advisories/rule.ts';
import type { Subject, Subjects } from './index-subjects.ts';
import { isAffected } from './is-affected.ts';
import { fixOfLine, lineMismatch } from './judge-builds.ts';
import type { MatchedFinding } from './match-finding.ts';
import { schemeOfPlatform } from './scheme-of-platform.ts';

/** As much of a rule as a judgement needs. */
export type JudgedRule = Omit<Rule, 'advisory'> & { advisory: Pick<Advisory, 'id' | 'withdrawn'> };

/** What a rule says of a package it names, the update that ends it, and the values that were compared. */
export type Judgement = Pick<MatchedFinding, 'state' | 'fixed' | 'rule' | 'why'>;

/** What runs on every architecture, or does not say on which. */
const EVERYWHERE = ['', 'noarch', 'all'];

/** Whether a rule holds for builds of a package's architecture. */
export function isOnArchitecture({ architectures }: Pick<Rule, 'architectures'>, architecture: string): boolean {
  return architectures === null || EVERYWHERE.includes(architecture) || architectures.includes(architecture);
}

/** Judges one package that a rule names; `subjects` are what else is there, where a module's stream has to be guessed. */
export function judgeRule(rule: JudgedRule, subject: Subject, subjects: Subjects): Judgement {
  const { advisory, affected } = rule;
  if (isOthers(rule, subject)) {
    const why = `${subject.name} is a package of the system, whose own advisories decide: they know what was mended in old versions`;
    return { state: 'not_affected', fixed: null, rule: 'other_source', why };
  }
  const scheme = schemeOfPlatform(affected.ecosystem);
  if (scheme === null) {
    const why = `no order of versions is known for ${affected.ecosystem}`;
    return { state: 'unknown', fixed: null, rule: 'unknown_order', why };
  }
  const compared = { source: affected.package, source_version: subject.compared };
  const line = scheme === 'rpm' ? fixOfLine(rule, subject.compared) : null;
  const verdict = isAffected(
    compared,
    line === null ? affected : { ...affected, ranges: below(line) },
    advisory,
    scheme,
  );
  const said = { fixed: fixOf(verdict.fixed_version), rule: verdict.rule, why: verdict.detail };
  if (verdict.rule === 'withdrawn') return { ...said, state: 'withdrawn' };
  if (verdict.state !== 'affected') return { ...said, state: verdict.state };
  const mismatch = scheme === 'rpm' ? lineMismatch(rule, subject, subjects) : null;
  if (mismatch !== null) return { ...said, state: 'not_affected', ...mismatch };
  if (verdict.fixed_version !== null) return { ...said, state: 'affected' };
  return { ...said, state: unfixedState(rule), why: whyUnfixed(rule, verdict.detail) };
}

/** Whether a rule goes by a name that is a guess (CPE), of a package whose distribution speaks for it. */
export function isOthers({ affected }: Pick<Rule, 'affected'>, { isOfSystem }: Subject): boolean {
  return isOfSystem && affected.ecosystem === 'cpe';
}

/** A fixed version as it is told: an epoch of 0 goes without saying. */
export function fixOf(version: string | null): string | null {
  return version?.replace(/^0:/, '') ?? null;
}

/** Without a fix above the version it is unfixed, unless the record closes the range by the last version it affects. */
export function unfixedState({ affected, unfixed }: Pick<Rule, 'affected' | 'unfixed'>): MatchedFinding['state'] {
  const isBounded = affected.ranges.some(({ events }) =>
    events.some(({ last_affected }) => last_affected !== undefined),
  );
  return isBounded ? 'affected' : unfixed;
}

/** What its publisher says of a package without a fix, in its own words where it has some. */
function whyUnfixed({ affected, unfixed, reason }: JudgedRule, detail: string): string {
  if (unfixed !== 'not_affected') return reason === null ? detail : `${detail}; its publisher: ${reason}`;
  const subject = `its publisher says that ${affected.ecosystem} ${affected.package} is not affected`;
  return reason === null ? subject : `${subject}: ${reason}`;
}
