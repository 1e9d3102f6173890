import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { readCsaf } from './read-csaf.ts';

/** Documents of OASIS, Red Hat and others (../shared/data/advisory_format_samples); not part of the repository. */
const samples = fileURLToPath(new URL('../../../../../../shared/data/advisory_format_samples/', import.meta.url));
const folder = existsSync(samples) ? mkdtempSync(join(tmpdir(), 'fleetmend-csaf-')) : null;
afterAll(() => folder !== null && rmSync(folder, { recursive: true }));

function unpack(archive: string): string[] {
  if (folder === null) return [];
  execFileSync('tar', ['-xzf', join(samples, `${archive}.tar.gz`), '-C', folder]);
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((each) => each.name.endsWith('.json')).map((each) => join(each.parentPath, each.name));
}

function readFile(path: string): ReturnType<typeof readCsaf> {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return typeof value === 'object' && value !== null ? readCsaf(value as Record<string, unknown>) : null;
}

function readAll(title: string, files: readonly string[]) {
  const start = performance.now();
  const read = files.map((file) => ({ file, bytes: readFileSync(file).length, records: readFile(file) }));
  const milliseconds = Math.round(performance.now() - start);
  const bytes = read.reduce((sum, each) => sum + each.bytes, 0);
  const rules = read.flatMap(({ records }) => records ?? []).flatMap((each) => each.rules).length;
  const refused = read.filter(({ records }) => records === null).length;
  console.info(
    `${title}: ${files.length} files, ${bytes} bytes, ${rules} rules, ${refused} refused, ${milliseconds} ms`,
  );
  return read;
}

test.skipIf(folder !== null)('the samples of ../shared/data are not there: nothing was read', () => {
  console.warn('../shared/data/advisory_format_samples is not there: no CSAF document was read');
});

describe.skipIf(folder === null)('real documents (skipped when ../shared/data is not there)', () => {
  test('every valid document of OASIS is read; the invalid ones are refused or harmless', () => {
    const files = unpack('csaf_oasis');
    const labels = files
      .filter((file) => file.endsWith('/testcases.json'))
      .flatMap((file) => {
        const { tests }: { tests: Record<'valid' | 'failures', { name: string; valid: boolean }[] | undefined>[] } =
          JSON.parse(readFileSync(file, 'utf8'));
        return tests
          .flatMap((each) => [...(each.valid ?? []), ...(each.failures ?? [])])
          .map((each) => ({ path: join(file, '..', each.name), valid: each.valid }));
      });
    const paths = (valid: boolean) => [
      ...new Set(labels.filter((each) => each.valid === valid).map(({ path }) => path)),
    ];
    const isExample = (file: string) => /\/examples\/csaf\//.test(file);
    const valid = readAll('OASIS, valid', [...paths(true), ...files.filter(isExample)]);
    expect(valid.length).toBeGreaterThan(500);
    expect(valid.filter(({ records }) => records === null).map(({ file }) => file)).toEqual([]);
    readAll('OASIS, invalid', paths(false));
    const others = files.filter((file) =>
      /\/(?:aggregator|ROLIE|provider-metadata|json_schema|referenced_schema)\//.test(file),
    );
    expect(readAll('OASIS, other documents', others).every(({ records }) => records === null)).toBe(true);
  });

  test('documents of Red Hat', () => {
    const isRedHat = (file: string) => /\/(?:rhsa-[^/]*|vex\/testdata\/[^/]*)\.json$/i.test(file);
    const files = [...unpack('claircore_fixtures'), ...unpack('vunnel_provider_fixtures')].filter(isRedHat);
    const read = readAll(
      'Red Hat',
      [...new Set(files)].filter((file) => !file.includes('csaf_2.')),
    );
    expect(read.filter(({ records }) => records === null)).toEqual([]);
    const rulesOf = (name: string) => read.find(({ file }) => file.endsWith(name))?.records?.[0]?.rules ?? [];
    const curl = rulesOf('cve-2023-38545.json').find(({ affected }) => affected.package === 'libcurl');
    expect(curl?.lines).toEqual(['7.76.1-14.el9_0.9', '7.76.1-23.el9_2.4', '7.76.1-26.el9_3.2']);
    const ruby = rulesOf('rhsa-2023_3821.json').find(({ affected }) => affected.package === 'ruby');
    expect([ruby?.module, ruby?.affected.ecosystem]).toEqual(['ruby:2.7', 'redhat 8']);
  });
});
