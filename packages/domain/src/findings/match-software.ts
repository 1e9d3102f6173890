import type { Installed } from '../inventory/installed.ts';
import { type Subject, subjectKey, subjectsOf } from './index-subjects.ts';
import type { JudgedRule } from './judge-rule.ts';
import { type GroupMatch, matchGroup } from './match-group.ts';

/**
 * Holds many rules against many packages at once, as they are on machines of one system (`platforms`, as `platformsOf` names
 * it). The same as `createMatcher` of each machine with each rule, without what is not affected or withdrawn.
 */
export function matchSoftware<R extends JudgedRule, I extends Installed>(
  platforms: ReadonlySet<string>,
  rules: Iterable<R>,
  packages: readonly I[],
): (Pick<GroupMatch<R, unknown>, 'rule' | 'state' | 'fixed'> & { installed: I })[] {
  const subjects = new Map<string, (Subject & { of: I })[]>();
  for (const each of packages) {
    for (const { names, key, subject } of subjectsOf(each))
      push(subjects, `${names}\n${key}`, { ...subject, of: each });
  }
  const groups = new Map<string, R[]>();
  for (const rule of rules) {
    const platform = rule.affected.ecosystem.toLowerCase();
    const key = subjectKey(platforms.has(platform) ? null : platform, rule.affected.package);
    const named = `${rule.names}\n${key}`;
    if (subjects.has(named)) push(groups, `${platform}\n${named}`, rule);
  }
  return [...groups].flatMap(([key, own]) => {
    const named = subjects.get(key.slice(key.indexOf('\n') + 1)) ?? [];
    return matchGroup(own, named).map(({ rule, subject, state, fixed }) => ({
      rule,
      state,
      fixed,
      installed: subject.of,
    }));
  });
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const there = lists.get(key);
  if (there === undefined) lists.set(key, [value]);
  else there.push(value);
}
