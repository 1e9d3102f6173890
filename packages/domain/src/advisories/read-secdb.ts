import { asRecord, recordsOf, textOf, textsOf } from './read-fields.ts';
import { type AdvisoryRecord, fixRecord } from './rule.ts';

/** What Alpine's secdb says for one release, a record for each fix (https://secdb.alpinelinux.org), or null for another document. */
export function readSecdb(document: Record<string, unknown>): AdvisoryRecord[] | null {
  const release = textOf(document, 'distroversion');
  if (release === null || !Array.isArray(document['packages'])) return null;
  return recordsOf(document, 'packages').flatMap((entry) => {
    const pkg = asRecord(entry['pkg']);
    const name = textOf(pkg, 'name');
    const secfixes = asRecord(pkg?.['secfixes']);
    if (name === null || secfixes === null) return [];
    return Object.keys(secfixes).flatMap((fixed) => {
      // Under `0` stand vulnerabilities the package never had.
      if (fixed === '0') return [];
      return textsOf(secfixes, fixed).flatMap((line) => {
        const [id = '', ...aliases] = line.trim().split(/\s+/);
        const platform = `alpine ${release.replace(/^v/, '')}`;
        return fixRecord(
          'alpine-secdb',
          { id, vulnerabilities: [id, ...aliases], platform, name, fixed },
          { names: 'binaries_of_source' },
        );
      });
    });
  });
}
