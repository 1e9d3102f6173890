import { join } from 'node:path';
import {
  cvssBaseScore,
  cvssOverallScore,
  describeCvss,
  parseCvss,
  printCvss,
} from '@fleetmend/domain/advisories/cvss/cvss.ts';
import { parseNpmRange, satisfiesNpmRange } from '@fleetmend/domain/versions/npm-range.ts';
import { VERSION_SCHEMES, type VersionScheme } from '@fleetmend/domain/versions/registry.ts';
import { parseSemver } from '@fleetmend/domain/versions/semver.ts';
import { literalsBeside, ROOT } from '../seeds.ts';
import { type FuzzTarget, toText } from '../target.ts';

/** Every scheme of versions, npm's ranges, and CVSS: they obey laws, besides taking any text. */
export function targets(): FuzzTarget[] {
  const schemes = Object.entries(VERSION_SCHEMES);
  return [...schemes.map(([name, scheme]) => versionTarget(name, scheme as VersionScheme<unknown>)), npmRanges, cvss];
}

/** Three versions on three lines: none throws, and their order is one. */
function versionTarget(name: string, { parse, compare }: VersionScheme<unknown>): FuzzTarget {
  const source = join(ROOT, `packages/domain/src/versions/${name}.ts`);
  return {
    name: `version:${name}`,
    isStream: false,
    source,
    seeds: () => literalsBeside(source),
    run(input) {
      const [a, b, c] = toText(input).split('\n', 3).map(parse);
      if (a === null || a === undefined || b === null || b === undefined) return null;
      if (compare(a, a) !== 0 || compare(a, b) + compare(b, a) !== 0)
        throw new Error('The order is not antisymmetric.');
      if (c === null || c === undefined || name === 'alpm') return compare(a, b);
      const [ab, bc, ac] = [compare(a, b), compare(b, c), compare(a, c)];
      if (ab * bc >= 0 && ac !== (ab || bc)) throw new Error('The order is not transitive.');
      return [ab, bc, ac];
    },
  };
}

const npmRanges: FuzzTarget = {
  name: 'version:npm-range',
  isStream: false,
  source: join(ROOT, 'packages/domain/src/versions/npm-comparator.ts'),
  seeds: () => literalsBeside(join(ROOT, 'packages/domain/src/versions/npm-range.ts')),
  run(input) {
    const [range = '', version = ''] = toText(input).split('\n', 2);
    const parsed = parseNpmRange(range);
    const given = parseSemver(version);
    return parsed === null || given === null ? null : satisfiesNpmRange(parsed, given);
  },
};

const cvss: FuzzTarget = {
  name: 'cvss',
  isStream: false,
  source: join(ROOT, 'packages/domain/src/advisories/cvss'),
  seeds: () => literalsBeside(join(ROOT, 'packages/domain/src/advisories/cvss/cvss.ts')),
  run(input) {
    const parsed = parseCvss(toText(input));
    if (parsed === null) return null;
    const again = parseCvss(printCvss(parsed));
    const score = cvssOverallScore(parsed);
    if (again === null || cvssOverallScore(again) !== score)
      throw new Error('Printed and read again it scores otherwise.');
    if (!(score >= 0 && score <= 10)) throw new Error(`It scores ${score}.`);
    return [score, cvssBaseScore(parsed), describeCvss(parsed)];
  },
};
