import { compareDeb, parseDeb } from '../versions/deb.ts';
import type { LineReader } from './advisory-form.ts';
import { type AdvisoryRecord, fixRecord } from './rule.ts';

/** Whether a text begins like an index of suites: `suite, package, version, …` with tabs between them. */
export function isSuiteIndex(firstLine: string): boolean {
  return firstLine.startsWith('suite\tpackage\tversion');
}

/**
 * Reads such an index. A security suite's offer is a record: whatever is older than its highest version misses a security
 * update. Other suites say nothing of security, and lines without a version nothing at all.
 */
export function openSuiteIndex(): LineReader {
  const highest = new Map<string, { suite: string; name: string; version: string }>();
  function take(line: string): AdvisoryRecord[] {
    const [suite = '', name = '', version = ''] = line.split('\t');
    const parsed = parseDeb(version);
    if (suite === '' || name === '' || parsed === null) return [];
    const key = `${suite}\n${name}`;
    const before = parseDeb(highest.get(key)?.version ?? '');
    if (before === null || compareDeb(parsed, before) > 0) highest.set(key, { suite, name, version });
    return [];
  }
  return { take, end: () => [...highest.values()].flatMap(toRecord) };
}

function toRecord({ suite, name, version }: { suite: string; name: string; version: string }): AdvisoryRecord[] {
  const codename = /^([a-z]+)-security$/.exec(suite)?.[1];
  if (codename === undefined) return [];
  const fix = { id: suite, vulnerabilities: [], platform: `debian ${codename}`, name, fixed: version };
  return [fixRecord('debian-security-suite', fix)];
}
