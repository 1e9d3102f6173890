import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Affected, RangeEvent } from '../advisories/advisory.ts';
import { isAffected } from './is-affected.ts';

const advisory = { id: 'DSA-1', withdrawn: null };

function entry(events: RangeEvent[], more: Partial<Affected> = {}): Affected {
  return {
    ecosystem: 'Debian:12',
    package: 'openssl',
    ranges: [{ type: 'ECOSYSTEM', events }],
    versions: [],
    severity: null,
    ...more,
  };
}

function judge(version: string, affected: Affected, source = 'openssl') {
  const { state, rule, fixed_version } = isAffected({ source, source_version: version }, affected, advisory, 'deb');
  return [state, rule, fixed_version];
}

const FIXED = [{ introduced: '0' }, { fixed: '3.0.17-1~deb12u3' }];
const UNFIXED = [{ introduced: '0' }];
const REOPENED = [{ introduced: '0' }, { fixed: '1.0-1' }, { introduced: '2.0-1' }, { fixed: '3.0-1' }];
const LAST = [{ introduced: '1.0-1' }, { last_affected: '1.5-1' }];

describe('isAffected', () => {
  test.each([
    ['3.0.17-1~deb12u2', FIXED, 'affected', '3.0.17-1~deb12u3'],
    ['3.0.17-1~deb12u3', FIXED, 'not_affected', null],
    ['0~', FIXED, 'affected', '3.0.17-1~deb12u3'],
    ['9:1', UNFIXED, 'affected', null],
    ['0.5', REOPENED, 'affected', '1.0-1'],
    ['1.0-1', REOPENED, 'not_affected', null],
    ['1.9', REOPENED, 'not_affected', null],
    ['2.0-1', REOPENED, 'affected', '3.0-1'],
    ['2.9', [...REOPENED].reverse(), 'affected', '3.0-1'],
    ['3.0-1', REOPENED, 'not_affected', null],
    ['0.9', LAST, 'not_affected', null],
    ['1.0-1', LAST, 'affected', null],
    ['1.5-1', LAST, 'affected', null],
    ['1.5-1.1', LAST, 'not_affected', null],
  ])('%s in %j is %s', (version, events, state, fixed) => {
    expect(judge(version, entry(events))).toEqual([state, 'range', fixed]);
  });

  test('takes a version that is listed, even outside the ranges', () => {
    expect(judge('1.2-1', entry([], { versions: ['1.2-1'] }))).toEqual(['affected', 'version_list', null]);
  });

  test('finds nothing for another package, a withdrawn advisory, or a range of another type', () => {
    expect(judge('1.0', entry(UNFIXED), 'openssl1.1')).toEqual(['not_affected', 'other_package', null]);
    const withdrawn = { id: 'DSA-1', withdrawn: '2026-01-01T00:00:00Z' };
    expect(isAffected({ source: 'openssl', source_version: '1.0' }, entry(UNFIXED), withdrawn, 'deb').rule).toBe(
      'withdrawn',
    );
    expect(judge('1.0', entry([], { ranges: [{ type: 'GIT', events: UNFIXED }] }))[0]).toBe('not_affected');
  });

  test('says that it does not know when a version cannot be read, on either side', () => {
    expect(judge('not a version', entry(UNFIXED))).toEqual(['unknown', 'unreadable_version', null]);
    expect(judge('1.0', entry([{ introduced: '0' }, { fixed: '<end-of-life>' }]))).toEqual([
      'unknown',
      'unreadable_version',
      null,
    ]);
  });

  test('says which values it compared', () => {
    const { detail } = isAffected({ source: 'openssl', source_version: '1.0-1' }, entry(FIXED), advisory, 'deb');
    expect(detail).toBe('Debian:12 openssl 1.0-1: < fixed 3.0.17-1~deb12u3');
  });
});

const golden = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));

test.skipIf(!existsSync(golden))(
  'finds the same open DSA and DLA of a real Debian 9 host as dpkg (skipped without ../shared/data)',
  () => {
    const read = (path: string) => JSON.parse(readFileSync(golden + path, 'utf8'));
    const inventory = read('golden/debian-dsa-debian_9/inventory.json') as {
      source_packages: { name: string; version: string }[];
    };
    const expected = read('golden/debian-dsa-debian_9/expected.json') as {
      findings: { advisory: string; source: string; installed: string; fixed: string }[];
    };
    const lists = gunzipSync(readFileSync(`${golden}debian/dsa_dla_parsed.ndjson.gz`))
      .toString('utf8')
      .trim()
      .split('\n');
    const found: string[] = [];
    for (const line of lists) {
      const { id, fixes } = JSON.parse(line) as {
        id: string;
        fixes: { release: string; package: string; fixed: string }[];
      };
      for (const fix of fixes.filter(({ release, fixed }) => release === 'stretch' && /^[0-9]/.test(fixed))) {
        const affected = entry([{ introduced: '0' }, { fixed: fix.fixed }], {
          ecosystem: 'Debian:9',
          package: fix.package,
        });
        for (const source of inventory.source_packages) {
          const advisory = { id, withdrawn: null };
          const subject = { source: source.name, source_version: source.version };
          const verdict = isAffected(subject, affected, advisory, 'deb');
          if (verdict.state === 'affected')
            found.push([id, source.name, source.version, verdict.fixed_version].join(' '));
        }
      }
    }
    const wanted = expected.findings.map(({ advisory: id, source, installed, fixed }) =>
      [id, source, installed, fixed].join(' '),
    );
    expect([...new Set(found)].sort()).toEqual([...new Set(wanted)].sort());
    expect(wanted.length).toBeGreaterThan(200);
  },
);
