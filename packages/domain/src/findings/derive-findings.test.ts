import { describe, expect, test } from 'vitest';
import { type Advisory, type Affected, plainAdvisory } from '../advisories/advisory.ts';
import type { AvailableUpdate, Software } from '../inventory/asset.ts';
import { deriveFindings, type FindingInputs } from './derive-findings.ts';

function installed(name: string, version: string, source = name): Software {
  return { ecosystem: 'deb', name, version, architecture: 'amd64', source, source_version: version, module: null };
}

function update(more: Partial<AvailableUpdate>): AvailableUpdate {
  return {
    ecosystem: 'deb',
    name: 'libssl3',
    architecture: 'amd64',
    installed_version: '1.0',
    candidate_version: '1.1',
    source: 'openssl',
    source_installed_version: '1.0',
    source_candidate_version: '1.1',
    origin: 'Debian:12/bookworm-security',
    suite: 'stable-security',
    is_security: true,
    is_held: false,
    size: 1,
    sha256: '0'.repeat(64),
    fix_version: null,
    advisories: [],
    severity: null,
    changelog_cves: null,
    ...more,
  };
}

function entry(
  id: string,
  vulnerabilities: string[],
  fixed: string | null,
): { advisory: Advisory; affected: Affected } {
  const events = fixed === null ? [{ introduced: '0' }] : [{ introduced: '0' }, { fixed }];
  return {
    advisory: plainAdvisory(id, vulnerabilities, {
      published: '2026-01-02T00:00:00Z',
      modified: '2026-02-02T00:00:00Z',
    }),
    affected: {
      ecosystem: 'Debian:12',
      package: 'openssl',
      ranges: [{ type: 'ECOSYSTEM', events }],
      versions: [],
      severity: null,
    },
  };
}

function derive(inputs: Partial<FindingInputs>) {
  return deriveFindings({ software: [], updates: [], advisories: new Map(), ...inputs }).map(
    ({ source, vulnerability, fixed_version, evidence }) => [
      source,
      vulnerability,
      fixed_version,
      evidence.map((each) => each.source).join('+'),
    ],
  );
}

describe('deriveFindings', () => {
  const software = [installed('libssl3', '1.0', 'openssl'), installed('openssl', '1.0')];

  test('makes one finding of what several sources say, with the evidence of each', () => {
    const advisories = new Map([
      ['openssl', [entry('DSA-1', ['CVE-2026-1', 'CVE-2026-2'], '1.1'), entry('CVE-2026-1', ['CVE-2026-1'], '1.1')]],
    ]);
    expect(
      derive({ software, updates: [update({ changelog_cves: ['CVE-2026-1', 'CVE-2026-3'] })], advisories }),
    ).toEqual([
      ['openssl', 'CVE-2026-1', '1.1', 'osv+osv+changelog'],
      ['openssl', 'CVE-2026-2', '1.1', 'osv'],
      ['openssl', 'CVE-2026-3', '1.1', 'changelog'],
    ]);
  });

  test('keeps what has no fix yet', () => {
    expect(
      derive({ software, advisories: new Map([['openssl', [entry('CVE-2026-9', ['CVE-2026-9'], null)]]]) }),
    ).toEqual([['openssl', 'CVE-2026-9', null, 'osv']]);
  });

  test('has an unnamed finding for a security update only while nobody names what it fixes', () => {
    const updates = [update({}), update({ name: 'openssl' })];
    expect(derive({ software, updates })).toEqual([['openssl', null, '1.1', 'security_suite']]);
    expect(derive({ software, updates: [update({ is_security: false })] })).toEqual([]);
    const advisories = new Map([['openssl', [entry('DSA-1', ['CVE-2026-1'], '1.1')]]]);
    expect(derive({ software, updates, advisories })).toEqual([['openssl', 'CVE-2026-1', '1.1', 'osv']]);
  });

  test('still has the unnamed finding beside a named one that this update does not fix', () => {
    const advisories = new Map([['openssl', [entry('DSA-1', ['CVE-2026-1'], '1.2')]]]);
    expect(derive({ software, updates: [update({})], advisories })).toEqual([
      ['openssl', null, '1.1', 'security_suite'],
      ['openssl', 'CVE-2026-1', '1.2', 'osv'],
    ]);
  });

  test('keeps the older of two installed versions of one source, which is the one to worry about', () => {
    const both = [
      installed('linux-image-6.1.0-9', '6.1-9', 'linux'),
      installed('linux-image-6.1.0-10', '6.1-10', 'linux'),
    ];
    const affected = entry('CVE-2026-4', ['CVE-2026-4'], '6.1-11');
    affected.affected.package = 'linux';
    const [finding] = deriveFindings({ software: both, updates: [], advisories: new Map([['linux', [affected]]]) });
    expect(finding).toMatchObject({
      package: 'linux-image-6.1.0-9',
      installed_version: '6.1-9',
      fixed_version: '6.1-11',
    });
    expect(finding?.evidence).toHaveLength(2);
  });

  test('does not depend on the order of its inputs', () => {
    const updates = [
      update({ changelog_cves: ['CVE-2026-3'] }),
      update({ name: 'openssl', changelog_cves: ['CVE-2026-1'] }),
    ];
    expect(derive({ software: [...software].reverse(), updates: [...updates].reverse() })).toEqual(
      derive({ software, updates }),
    );
  });
});
