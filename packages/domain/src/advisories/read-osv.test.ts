import { describe, expect, test } from 'vitest';
import { readOsv } from './read-osv.ts';

describe('a record of OSV', () => {
  test('names its vulnerabilities, vectors and the publisher’s word', () => {
    const [record] =
      readOsv({
        id: 'DEBIAN-CVE-2026-7000',
        aliases: ['GHSA-1'],
        upstream: ['CVE-2026-6000'],
        related: ['CVE-2026-8000'],
        summary: 'x'.repeat(2000),
        severity: [
          { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N' },
          { type: 'Ubuntu', score: 'High' },
        ],
        references: [{ type: 'ADVISORY', url: 'https://debian.example/1' }, { url: 'javascript:alert(1)' }],
        affected: [
          {
            package: { ecosystem: 'Debian:12', name: 'openssl' },
            severity: [{ type: 'CVSS_V4', score: 'CVSS:4.0/AV:N' }],
            ecosystem_specific: { urgency: 'Not yet assigned' },
          },
          { ranges: [{ type: 'GIT', events: [{ introduced: '0' }] }] },
        ],
      }) ?? [];
    expect(record?.advisory).toEqual({
      id: 'DEBIAN-CVE-2026-7000',
      aliases: ['GHSA-1'],
      vulnerabilities: ['CVE-2026-6000', 'CVE-2026-7000'],
      summary: 'x'.repeat(1000),
      published: null,
      modified: null,
      withdrawn: null,
      vectors: [
        { type: 'CVSS_V3', vector: 'CVSS:3.1/AV:N' },
        { type: 'CVSS_V4', vector: 'CVSS:4.0/AV:N' },
      ],
      severity: 'high',
      references: ['https://debian.example/1'],
      is_exploited: false,
    });
    expect(record?.rules.map(({ affected, names }) => [affected.package, affected.severity, names])).toEqual([
      ['openssl', 'not yet assigned', 'source'],
    ]);
  });

  test.each([
    ['its related ones where nothing else names one', { related: ['CVE-2026-1', 'CVE-2026-0001'] }, ['CVE-2026-0001']],
    ['itself where nothing does', {}, ['X-1']],
    [
      'its alias and not what is related',
      { aliases: ['CVE-2026-0002'], related: ['CVE-2026-0001'] },
      ['CVE-2026-0002'],
    ],
  ])('stands for %s', (_, more, vulnerabilities) => {
    expect(readOsv({ id: 'X-1', affected: [], ...more })?.[0]?.advisory.vulnerabilities).toEqual(vulnerabilities);
  });

  test('that was withdrawn exists without a rule; without an id or anything affected it is none', () => {
    expect(readOsv({ id: 'X-1', modified: '2026-01-01T00:00:00Z', withdrawn: '2026-01-01T00:00:00Z' })).toMatchObject([
      { rules: [] },
    ]);
    expect(readOsv({ id: 'X-1' })).toBeNull();
    expect(readOsv({ affected: [] })).toBeNull();
  });
});

test.each([
  ['SUSE:Linux Enterprise Module for Basesystem 15 SP5', 'suse linux enterprise 15.5'],
  ['SUSE:Linux Enterprise Server 12 SP5-LTSS', 'suse linux enterprise 12.5'],
  ['SUSE:Linux Enterprise Micro 5.3', 'suse linux enterprise micro 5.3'],
  ['openSUSE:Leap 15.5', 'opensuse leap 15.5'],
  ['openSUSE:Tumbleweed', 'opensuse tumbleweed'],
  ['SUSE:Something Else', 'SUSE:Something Else'],
])('%s is the system that machines call %s, and its packages are sources', (ecosystem, platform) => {
  const affected = [{ package: { ecosystem, name: 'curl' }, ranges: [] }];
  const [record] = readOsv({ id: 'SUSE-SU-2026:1-1', modified: '2026-01-01T00:00:00Z', affected }) ?? [];
  expect(record?.rules.map(({ affected: { ecosystem: on }, names }) => [on, names])).toEqual([[platform, 'source']]);
});
