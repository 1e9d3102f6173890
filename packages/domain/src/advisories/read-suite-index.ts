import { compareDeb, parseDeb } from '../versions/deb.ts';
import { type AdvisoryRecord, fixRecord } from './rule.ts';

/** The highest version of each binary package, by suite and name. */
export type SuiteIndex = Map<string, { suite: string; name: string; version: string }>;

export const SUITE_INDEX_HEADING = 'suite\tpackage\tversion';

/** Takes up one line (`suite, package, version, …` with tabs between them); false for a line of another form. */
export function readSuiteLine(index: SuiteIndex, line: string): boolean {
  const [suite = '', name = '', version = ''] = line.split('\t');
  const parsed = parseDeb(version);
  if (suite === '' || name === '' || parsed === null) return false;
  const key = `${suite}\n${name}`;
  const before = parseDeb(index.get(key)?.version ?? '');
  if (before === null || compareDeb(parsed, before) > 0) index.set(key, { suite, name, version });
  return true;
}

/** A security suite's offer is a record: whatever is older misses a security update. Other suites say nothing of security. */
export function suiteRecords(index: SuiteIndex): AdvisoryRecord[] {
  return [...index.values()].flatMap(({ suite, name, version }) => {
    const codename = /^([a-z]+)-security$/.exec(suite)?.[1];
    if (codename === undefined) return [];
    const platform = `debian ${codename}`;
    return fixRecord('debian-security-suite', { id: suite, vulnerabilities: [], platform, name, fixed: version });
  });
}
