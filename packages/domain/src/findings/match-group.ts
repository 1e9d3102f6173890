import { VERSION_SCHEMES, type VersionScheme, type VersionSchemeName } from '../versions/registry.ts';
import type { Subject, Subjects } from './index-subjects.ts';
import { findInterval, LISTED_BY_TEXT, type Point, readEntry } from './is-affected.ts';
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
export type Said = Pick<Judgement, 'state' | 'fixed'>;
const UNKNOWN: Said = { state: 'unknown', fixed: null };

/** A version that some subjects have, and its place among all that are told of the package; `UNREAD`: it cannot be read. */
interface Version<S> {
  text: string;
  rank: number;
  subjects: S[];
}

/** What a rule says of a version of a subject: null where that is no finding. */
interface Judge<S> {
  /** No version at or above this rank is touched. */
  ceiling: number;
  judge(version: Version<S>, subject: S): Said | null;
}

/**
 * Prepares all rules about one package of one platform, and every version of it that there is: each version is read once, and
 * then only ranks are compared. What is returned tells the same as `judgeRule` of each rule with each subject, without what is
 * not affected or withdrawn.
 */
export function compileGroup<R extends JudgedRule, S extends Subject>(
  rules: readonly R[],
  subjects: readonly S[],
): (take: (rule: R, subject: S, said: Said) => void) => void {
  const scheme = schemeOfPlatform(rules[0]?.affected.ecosystem ?? '');
  const bySubject = Map.groupBy(subjects, ({ compared }) => compared);
  const order = scheme === null ? null : { scheme, ...rankAll(scheme, rules, bySubject.keys()) };
  const versions = [...bySubject]
    .map(([text, own]): Version<S> => ({ text, rank: order?.parse(text) ?? UNREAD, subjects: own }))
    .sort((a, b) => a.rank - b.rank);
  const judges = rules.map((rule): [R, Judge<S>] => [rule, openJudge(rule, order)]);
  return (take) => {
    for (const [rule, judge] of judges) hold(rule, judge, versions, take);
  };
}

/** Holds one rule against every version, the lowest first. */
function hold<R extends JudgedRule, S extends Subject>(
  rule: R,
  { ceiling, judge }: Judge<S>,
  versions: readonly Version<S>[],
  take: (rule: R, subject: S, said: Said) => void,
): void {
  for (const version of versions) {
    if (version.rank >= ceiling) return;
    for (const subject of version.subjects) {
      if (isOthers(rule, subject) || !isOnArchitecture(rule, subject.architecture)) continue;
      const said = judge(version, subject);
      if (said !== null) take(rule, subject, said);
    }
  }
}

type Ranks = VersionScheme<number> & { scheme: VersionSchemeName };

const UNREAD = -1;
const UNBOUNDED = Number.POSITIVE_INFINITY;

function openJudge<S extends Subject>(rule: JudgedRule, order: Ranks | null): Judge<S> {
  if (order === null) return { ceiling: UNBOUNDED, judge: () => UNKNOWN };
  if (rule.module !== null || rule.lines.length > 0)
    return { ceiling: UNBOUNDED, judge: (_, subject) => judgeBuild(rule, subject) };
  const { ceiling, judge } = compileRule(rule, order);
  let last: { version: Version<S>; said: Said | null } | null = null;
  return {
    ceiling,
    judge(version) {
      if (last?.version !== version) last = { version, said: judge(version) };
      return last.said;
    },
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

type Judged = { ceiling: number; judge(version: Pick<Version<unknown>, 'text' | 'rank'>): Said | null };

/** The steps are those of `judgeRule` and `isAffected`. */
function compileRule(rule: JudgedRule, order: Ranks): Judged {
  if (rule.advisory.withdrawn !== null) return { ceiling: 0, judge: () => null };
  const { ranges, fixes, isListed } = readEntry(order, rule.affected, LISTED_BY_TEXT.includes(order.scheme));
  const isDoubtful = ranges.some((range) => 'unreadable' in range);
  const state = unfixedState(rule);
  const unfixed = isTold(state) ? { state, fixed: null } : null;
  const ends = ranges.map((range) => ('points' in range ? endOf(range.points) : UNBOUNDED));
  return {
    ceiling: rule.affected.versions.length > 0 ? UNBOUNDED : Math.max(0, ...ends),
    judge({ text, rank }) {
      if (rank === UNREAD) return UNKNOWN;
      const isInside = ranges.some(
        (range) => 'points' in range && findInterval(order, rank, range.points).start !== null,
      );
      if (!isInside && !isListed(text, rank)) return isDoubtful ? UNKNOWN : null;
      if (order.scheme === 'rpm' && buildMismatch(rule, text) !== null) return null;
      const fix = fixes.find((each) => each.version > rank);
      return fix === undefined ? unfixed : { state: 'affected', fixed: fixOf(fix.text) };
    },
  };
}

/** The rank from which on a range, whose points are in their order, touches nothing. */
function endOf(points: readonly Point<number>[]): number {
  const last = points.at(-1);
  if (last === undefined) return 0;
  if (last.kind === 'introduced' || last.version === null) return UNBOUNDED;
  return last.kind === 'fixed' ? last.version : last.version + 1;
}
