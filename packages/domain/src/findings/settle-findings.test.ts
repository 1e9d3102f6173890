import { describe, expect, test } from 'vitest';
import type { Software } from '../inventory/asset.ts';
import type { DerivedFinding, Evidence } from './derived-finding.ts';
import { type SettleInputs, settleFindings } from './settle-findings.ts';

const said = (source: Evidence['source']): Evidence => ({
  source,
  advisory: null,
  rule: 'rule',
  detail: 'detail',
  as_of: null,
});

function finding(more: Partial<DerivedFinding> = {}): DerivedFinding {
  return {
    ecosystem: 'deb',
    source: 'openssl',
    vulnerability: 'CVE-2026-1',
    package: 'openssl',
    architecture: 'amd64',
    installed_version: '1.0',
    fixed_version: '1.1',
    state: 'affected',
    evidence: [said('osv')],
    decided_by: null,
    published_at: null,
    ...more,
  };
}

function installed(version: string, source = 'openssl'): Software {
  return {
    ecosystem: 'deb',
    name: source,
    version,
    architecture: 'amd64',
    source,
    source_version: version,
    module: null,
  };
}

function outcome(before: DerivedFinding, derived: DerivedFinding[], inputs: Partial<SettleInputs>) {
  const { open, cleared } = settleFindings([before], derived, {
    software: [],
    updates: [],
    reboot_reasons: [],
    kernel_running: '',
    ended: new Set(),
    ...inputs,
  });
  return cleared[0]?.because ?? (open.length > 0 ? 'open' : 'gone');
}

describe('settleFindings', () => {
  test.each<[string, DerivedFinding, DerivedFinding[], Partial<SettleInputs>, string]>([
    ['what is still derived', finding(), [finding()], { software: [installed('1.0')] }, 'open'],
    ['the fixed version installed', finding(), [], { software: [installed('1.1')] }, 'fixed'],
    [
      'the fixed version installed, restart pending',
      finding(),
      [],
      { software: [installed('1.1')], reboot_reasons: ['openssl'] },
      'open',
    ],
    ['the package removed', finding(), [], { software: [installed('1.0', 'curl')] }, 'removed'],
    ['an advisory withdrawn', finding(), [], { software: [installed('1.0')] }, 'no_longer_said'],
    [
      'no fix and no longer said',
      finding({ fixed_version: null }),
      [],
      { software: [installed('9')] },
      'no_longer_said',
    ],
    [
      'a changelog that cannot be read today',
      finding({ evidence: [said('changelog')] }),
      [],
      { software: [installed('1.0')] },
      'open',
    ],
    [
      'a changelog finding, fixed',
      finding({ evidence: [said('changelog')] }),
      [],
      { software: [installed('1.2')] },
      'fixed',
    ],
    [
      'an unnamed one that is named now',
      finding({ vulnerability: null, evidence: [said('security_suite')] }),
      [finding()],
      { software: [installed('1.0')] },
      'no_longer_said',
    ],
    [
      'an unnamed one whose repository is gone',
      finding({ vulnerability: null, evidence: [said('security_suite')] }),
      [],
      { software: [installed('1.0')] },
      'open',
    ],
    [
      'a version that cannot be read',
      finding({ evidence: [said('changelog')] }),
      [],
      { software: [installed('?')] },
      'open',
    ],
  ])('%s', (_name, before, derived, inputs, expected) => {
    expect(outcome(before, derived, inputs)).toBe(expected);
  });

  test('knows whether an update that clears it is offered', () => {
    const update = {
      ecosystem: 'deb' as const,
      name: 'openssl',
      architecture: 'amd64',
      installed_version: '1.0',
      candidate_version: '1.1',
      source: 'openssl',
      source_installed_version: '1.0',
      source_candidate_version: '1.1',
      origin: '',
      suite: '',
      is_security: true,
      is_held: false,
      size: 0,
      sha256: '',
      fix_version: null,
      advisories: [],
      severity: null,
      changelog_cves: null,
    };
    const settle = (fixed_version: string | null) =>
      settleFindings([], [finding({ fixed_version })], {
        software: [],
        updates: [update],
        reboot_reasons: [],
        kernel_running: '',
        ended: new Set(),
      }).open[0]?.is_patch_available;
    expect([settle('1.1'), settle('1.2'), settle(null)]).toEqual([true, false, false]);
  });

  describe('a kernel', () => {
    const deb = (release: string, version: string): Software => ({
      ...installed(version, 'linux-signed-amd64'),
      name: `linux-image-${release}-amd64`,
    });
    const rpm = (version: string): Software => ({
      ...installed(version, 'kernel'),
      ecosystem: 'rpm',
      name: 'kernel-core',
      architecture: 'x86_64',
    });
    const inDeb = finding({ source: 'linux-signed-amd64', fixed_version: '6.1.10-1' });
    const inRpm = finding({ ecosystem: 'rpm', source: 'kernel', fixed_version: '5.14.0-10.el9' });
    const debs = [deb('6.1.0-9', '6.1.9-1'), deb('6.1.0-10', '6.1.10-1')];
    const rpms = [rpm('5.14.0-9.el9'), rpm('5.14.0-10.el9')];

    test.each([
      [
        'deb',
        inDeb,
        debs,
        '6.1.0-9-amd64',
        /^restart: linux-image-6.1.0-10-amd64 6.1.10-1 .* kernel 6.1.0-9-amd64 runs$/,
      ],
      [
        'rpm',
        inRpm,
        rpms,
        '5.14.0-9.el9.x86_64',
        /^restart: kernel-core 5.14.0-10.el9 .* kernel 5.14.0-9.el9.x86_64 runs$/,
      ],
    ])('%s: whose fix is installed and does not run stays open, and says so', (_, one, software, running, words) => {
      const inputs = { software, updates: [], reboot_reasons: [], kernel_running: running, ended: new Set<string>() };
      expect(settleFindings([one], [one], inputs).open[0]?.waits_for).toMatch(words);
      expect(settleFindings([one], [], inputs).open[0]?.waits_for).toMatch(words);
      const [old] = software;
      const alone = { ...inputs, software: old === undefined ? [] : [old] };
      expect(settleFindings([one], [one], alone).open[0]?.waits_for).toBeNull();
    });

    test.each([
      ['deb', inDeb, debs, '6.1.0-10-amd64'],
      ['rpm', inRpm, rpms, '5.14.0-10.el9.x86_64'],
    ])('%s: is over once the fixed one runs, although a newer one waits', (_, one, software, kernel_running) => {
      const reboot_reasons = [`kernel ${kernel_running} runs, another is installed`];
      expect(outcome(one, [], { software, reboot_reasons, kernel_running })).toBe('fixed');
    });
  });
});
