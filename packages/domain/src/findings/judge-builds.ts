import type { Rule } from '../advisories/rule.ts';
import { compareRpm, parseRpm } from '../versions/rpm.ts';
import type { Subject, Subjects } from './index-subjects.ts';
import type { MatchedFinding } from './match-finding.ts';

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
 * Why a rule does not hold for a build although it names the package: builds of one line and of another are two lines of
 * one package, and so are two streams of one module. Null where it holds. A stream that neither the inventory's label nor
 * the version of the package that the module is named after tells is taken for the rule's.
 */
export function lineMismatch(
  rule: Pick<Rule, 'module' | 'affected'>,
  { compared, module }: Subject,
  subjects: Subjects,
): Pick<MatchedFinding, 'rule' | 'why'> | null {
  if (rule.module === null) return buildMismatch(rule, compared);
  const isModular = buildLine(compared) === 'module';
  if (!isModular && module === null)
    return { rule: 'module', why: `${compared} is not built in a module, and the fix is of ${rule.module}` };
  const own = module ?? guessStream(rule.module, subjects);
  if (own === null || own === rule.module) return null;
  return { rule: 'module', why: `it is of ${own}, and the fix is of ${rule.module}` };
}

/** The same of a rule that is about no module: a fix of one line of builds says nothing of another. */
export function buildMismatch(
  { affected }: Pick<Rule, 'affected'>,
  compared: string,
): Pick<MatchedFinding, 'rule' | 'why'> | null {
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

/** Whoever has `nodejs` 14.21.3 has no package of `nodejs:16`: what a module is named after has its stream's version. */
function guessStream(wanted: string, subjects: Subjects): string | null {
  const [module = '', stream = ''] = wanted.split(':');
  const builds = subjects.find('binary', null, module).filter(({ compared }) => buildLine(compared) === 'module');
  const [build] = builds;
  if (build === undefined || builds.length > 1 || !/^[0-9]+(?:\.[0-9]+)*$/.test(stream)) return null;
  const numbers = parseRpm(build.compared)?.version.split('.') ?? [];
  return `${module}:${numbers.slice(0, stream.split('.').length).join('.')}`;
}

/** The line of a build, and whether it is one of a minor release: `el8_6`, `el8.8.0` of a module's, `el9` is none. */
function lineOf(version: string): { tag: string; isMinor: boolean } | null {
  const modular = /\.module[+_](el[0-9]+(?:\.[0-9]+)*)/.exec(version)?.[1];
  const tag = modular ?? /\.(el[0-9]+(?:_[0-9]+)?)/.exec(version)?.[1];
  return tag === undefined ? null : { tag, isMinor: /[._]/.test(tag) };
}

/**
 * The fixed build that a build is held against, of those of several lines: the first of its own line; else, for a build of
 * a minor release (`el8_7`), the first of all that its platform gets; else the last, since a build that came with a minor
 * release may lie between a fix of the one before and its own. Null leaves the rule's ranges as they are.
 */
export function fixOfLine({ lines }: Pick<Rule, 'lines'>, installed: string): string | null {
  const line = lineOf(installed);
  if (lines.length === 0 || line === null) return null;
  const own = sort(lines.filter((each) => lineOf(each)?.tag === line.tag))[0];
  if (own !== undefined) return own;
  return line.isMinor ? null : (sort(lines).at(-1) ?? null);
}

function sort(versions: readonly string[]): string[] {
  return versions.toSorted((a, b) => {
    const [x, y] = [parseRpm(a), parseRpm(b)];
    return x === null || y === null ? 0 : compareRpm(x, y);
  });
}
