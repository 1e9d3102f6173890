import { VERSION_SCHEMES, type VersionScheme, type VersionSchemeName } from '../versions/registry.ts';
import type { Subject, Subjects } from './index-subjects.ts';
import { findInterval, LISTED_BY_TEXT, readEntry } from './is-affected.ts';
import { buildMismatch } from './judge-builds.ts';
import {
  fixOf,
  isOnArchitecture,
  isOthers,
  type JudgedRule,
  type Judgement,
  judgeRule,
  unfixedState,
} from './judge-rule.ts';
import { isOpen } from './match-finding.ts';
import { rankVersions } from './rank-versions.ts';
import { schemeOfPlatform } from './scheme-of-platform.ts';

/** What a rule says of a subject, where that is a finding or cannot be told; `judgeRule` says why. */
export interface GroupMatch<R, S> extends Said {
  rule: R;
  subject: S;
}

type Said = Pick<Judgement, 'state' | 'fixed'>;
const UNKNOWN: Said = { state: 'unknown', fixed: null };

/**
 * Holds all rules about one package of one platform against every version of it that there is. The same as `judgeRule` of
 * each with each, without what is not affected or withdrawn: every version is read once, and then only ranks are compared.
 */
export function matchGroup<R extends JudgedRule, S extends Subject>(
  rules: readonly R[],
  subjects: readonly S[],
): GroupMatch<R, S>[] {
  const scheme = schemeOfPlatform(rules[0]?.affected.ecosystem ?? '');
  const byVersion = Map.groupBy(subjects, ({ compared }) => compared);
  const order = scheme === null ? null : { scheme, ...rankAll(scheme, rules, byVersion.keys()) };
  const inTurn = [...byVersion.values()].flat();
  const matches: GroupMatch<R, S>[] = [];
  for (const rule of rules) {
    const judge = openJudge(rule, order);
    for (const subject of inTurn) {
      const said = isOthers(rule, subject) ? null : judge(subject);
      if (said !== null && isOnArchitecture(rule, subject.architecture)) matches.push({ rule, subject, ...said });
    }
  }
  return matches;
}

type Ranks = VersionScheme<number> & { scheme: VersionSchemeName };

/** What a rule says of subjects that come one version after the other. */
function openJudge(rule: JudgedRule, order: Ranks | null): (subject: Subject) => Said | null {
  if (order === null) return () => UNKNOWN;
  if (rule.module !== null || rule.lines.length > 0) return (subject) => judgeBuild(rule, subject);
  const judge = compileRule(rule, order);
  let last: { version: string; said: Said | null } | null = null;
  return ({ compared }) => {
    if (last?.version !== compared) last = { version: compared, said: judge(compared) };
    return last.said;
  };
}

/** A machine's own rpm tells the stream of each build, so none is guessed from what else is there. */
const NOTHING_ELSE: Subjects = { find: () => [] };

/** Rules of several lines of builds choose among them by the build, so ranks do not help. */
function judgeBuild(rule: JudgedRule, subject: Subject): Said | null {
  const { state, fixed } = judgeRule(rule, subject, NOTHING_ELSE);
  return isTold(state) ? { state, fixed } : null;
}

function isTold(state: Judgement['state']): boolean {
  return state === 'unknown' || isOpen({ state });
}

function rankAll(
  scheme: VersionSchemeName,
  rules: readonly JudgedRule[],
  installed: Iterable<string>,
): VersionScheme<number> {
  const texts = new Set(installed);
  for (const { affected } of rules) {
    for (const { events } of affected.ranges) {
      for (const each of events) for (const text of Object.values(each)) if (text !== undefined) texts.add(text);
    }
    if (!LISTED_BY_TEXT.includes(scheme)) for (const text of affected.versions) texts.add(text);
  }
  return rankVersions(VERSION_SCHEMES[scheme] as VersionScheme<unknown>, texts);
}

/** What a rule says of a version: null where that is no finding. The steps are those of `judgeRule` and `isAffected`. */
function compileRule(rule: JudgedRule, order: Ranks): (version: string) => Said | null {
  if (rule.advisory.withdrawn !== null) return () => null;
  const { ranges, fixes, isListed } = readEntry(order, rule.affected, LISTED_BY_TEXT.includes(order.scheme));
  const isDoubtful = ranges.some((range) => 'unreadable' in range);
  const state = unfixedState(rule);
  const unfixed = isTold(state) ? { state, fixed: null } : null;
  return (version) => {
    const rank = order.parse(version);
    if (rank === null) return UNKNOWN;
    const isInside = ranges.some(
      (range) => 'points' in range && findInterval(order, rank, range.points).start !== null,
    );
    if (!isInside && !isListed(version, rank)) return isDoubtful ? UNKNOWN : null;
    if (order.scheme === 'rpm' && buildMismatch(rule, version) !== null) return null;
    const fix = fixes.find((each) => each.version > rank);
    return fix === undefined ? unfixed : { state: 'affected', fixed: fixOf(fix.text) };
  };
}
