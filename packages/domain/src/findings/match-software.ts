import type { Installed } from '../inventory/installed.ts';
import { type Subject, subjectKey, subjectsOf } from './index-subjects.ts';
import type { JudgedRule } from './judge-rule.ts';
import { compileGroup, type Said } from './match-group.ts';

/** What a rule says of an installed package. */
export interface SoftwareMatch<R, I> extends Said {
  rule: R;
  installed: I;
}

/**
 * Holds many rules against many packages at once, as they are on machines of one system (`platforms`, as `platformsOf` names
 * it). The same as `createMatcher` of each machine with each rule, without what is not affected or withdrawn.
 */
export function matchSoftware<R extends JudgedRule, I extends Installed>(
  platforms: ReadonlySet<string>,
  rules: Iterable<R>,
  packages: readonly I[],
): SoftwareMatch<R, I>[] {
  return compileMatches(platforms, rules, packages)();
}

/** The same in two steps: everything is read and ranked at once, and then held against each other as often as is asked for. */
export function compileMatches<R extends JudgedRule, I extends Installed>(
  platforms: ReadonlySet<string>,
  rules: Iterable<R>,
  packages: readonly I[],
): () => SoftwareMatch<R, I>[] {
  const named = new Map<string, Named<R, I>>();
  for (const rule of rules) {
    const platform = rule.affected.ecosystem.toLowerCase();
    const key = `${rule.names}\n${subjectKey(platforms.has(platform) ? null : platform, rule.affected.package)}`;
    const there = named.get(key);
    if (there === undefined) named.set(key, { byPlatform: new Map([[platform, [rule]]]), subjects: [] });
    else push(there.byPlatform, platform, rule);
  }
  for (const each of packages)
    for (const { names, key, subject } of subjectsOf(each))
      named.get(`${names}\n${key}`)?.subjects.push({ ...subject, of: each });
  const compiled = [...named.values()].flatMap(({ byPlatform, subjects }) =>
    subjects.length === 0 ? [] : [...byPlatform.values()].map((own) => compileGroup(own, subjects)),
  );
  return () => {
    const matches: SoftwareMatch<R, I>[] = [];
    for (const hold of compiled)
      hold((rule, { of: installed }, { state, fixed }) => matches.push({ rule, state, fixed, installed }));
    return matches;
  };
}

/** What goes by one name: rules by the platform they name, and packages. */
interface Named<R, I> {
  byPlatform: Map<string, R[]>;
  subjects: (Subject & { of: I })[];
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const there = lists.get(key);
  if (there === undefined) lists.set(key, [value]);
  else there.push(value);
}
