import { describe, expect, test } from 'vitest';
import { readMsrcUpdates } from '../advisories/read-msrc-updates.ts';
import { applyUpdates } from './apply-updates.ts';
import { installedSoftware } from './installed-software.ts';
import { matchSoftware } from './match-software.ts';
import { observe } from './merge-matches.ts';

const W10 = 'Windows 10 Version 22H2 for x64-based Systems';

/** A vulnerability for each update of a chain, the newest first: 3 replaces 2, which replaces 1. */
function document(builds: (string | undefined)[]) {
  return {
    DocumentTracking: { InitialReleaseDate: '2026-01-13T08:00:00Z' },
    ProductTree: {
      FullProductName: [
        { ProductID: 1, Value: W10 },
        { ProductID: 2, Value: `Microsoft .NET on ${W10}` },
      ],
    },
    Vulnerability: [3, 2, 1].map((n, i) => ({
      CVE: `CVE-2026-000${n}`,
      Threats: [{ Type: 1, Description: { Value: `Publicly Disclosed:No;Exploited:${n === 3 ? 'Yes' : 'No'}` } }],
      Remediations: [
        {
          Type: 2,
          Description: { Value: `500000${n}` },
          Supercedence: `500000${n - 1}`,
          FixedBuild: builds[i],
          ProductID: [1, 2],
        },
      ],
    })),
  };
}

function software(name: string, version: string) {
  const own = { name, version, architecture: 'all', source: name, source_version: version, module: null };
  return { ecosystem: 'windows' as const, ...own };
}

function open(builds: (string | undefined)[], build: string, ...kbs: string[]): string[] {
  const records = readMsrcUpdates(document(builds)) ?? [];
  const rules = records.flatMap((each) => each.rules);
  const windows = software(W10.replaceAll(' ', '_'), build);
  const all = [windows, ...kbs.map((kb) => software(`KB${kb}`, kb))];
  const matches = matchSoftware(new Set(), rules, all.map(installedSoftware)).map(({ rule }) => ({
    software: windows,
    rule,
  }));
  const { left } = applyUpdates(
    matches,
    all,
    rules.flatMap(({ updates }) => updates),
  );
  return observe(left, []).flatMap(({ first }) =>
    first.map(({ vulnerability, state, fixed_version }) => `${vulnerability} ${state} ${fixed_version}`),
  );
}

const BUILDS = ['10.0.19045.3930', '10.0.19045.3803', '10.0.19045.3700'];
const NONE = [undefined, undefined, undefined];

describe('vulnerabilities of Windows', () => {
  test('are open below the build that ends them', () => {
    expect(open(BUILDS, '10.0.19045.3803')).toEqual(['CVE-2026-0003 affected 10.0.19045.3930']);
    expect(open(BUILDS, '10.0.19045.3930')).toEqual([]);
    expect(open(BUILDS, '10.0.19045.100')).toHaveLength(3);
  });

  test('are ended by an update that is there, and by one that replaces it', () => {
    expect(open(BUILDS, '10.0.19045')).toHaveLength(3);
    expect(open(BUILDS, '10.0.19045', '5000003')).toEqual([]);
    expect(open(BUILDS, '10.0.19045', '5000002')).toEqual(['CVE-2026-0003 affected 10.0.19045.3930']);
  });

  test('end with an update where nobody says which build it brings', () => {
    expect(open(NONE, '10.0.19045', '5000001')).toEqual([
      'CVE-2026-0003 affected KB5000003',
      'CVE-2026-0002 affected KB5000002',
    ]);
    expect(open(NONE, '10.0.19045', '5000003')).toEqual([]);
  });

  test('of older updates are ended by a build that shows a newer one to be there', () => {
    expect(open(['10.0.19045.3930', undefined, undefined], '10.0.19045.3930')).toEqual([]);
    expect(open(['10.0.19045.3930', undefined, undefined], '10.0.19045.3000')).toHaveLength(3);
  });
});

test('what runs on Windows is left out, and what is said of it is kept', () => {
  const records = readMsrcUpdates(document(BUILDS)) ?? [];
  expect(records.map(({ advisory, rules }) => [advisory.id, advisory.is_exploited, rules.length])).toEqual([
    ['CVE-2026-0003', true, 1],
    ['CVE-2026-0002', false, 1],
    ['CVE-2026-0001', false, 1],
  ]);
  expect(records[0]?.advisory.published).toBe('2026-01-13T08:00:00.000Z');
  expect(readMsrcUpdates({ ProductTree: {} })).toBeNull();
});
