import { describe, expect, test } from 'vitest';
import { createWindowsMatcher } from '../findings/match-windows.ts';
import { readMsrcCvrf } from './read-msrc-cvrf.ts';

const PRODUCT = 'Windows 10 Version 22H2 for x64-based Systems';

function remediation(kb: string, more: object = {}) {
  return { Description: { Value: kb }, ProductID: ['1'], Type: 2, SubType: 'Security Update', ...more };
}

function document(vulnerabilities: object[]) {
  return {
    DocumentTitle: { Value: 'January 2026 Security Updates' },
    ProductTree: {
      FullProductName: [
        { ProductID: '1', Value: PRODUCT },
        { ProductID: 2, Value: 'Microsoft Office' },
      ],
    },
    Vulnerability: vulnerabilities,
  };
}

const VULNERABILITY = {
  CVE: 'CVE-2026-0001',
  Notes: [
    { Type: 2, Value: 'a description' },
    { Type: 7, Value: 'Windows Kernel' },
  ],
  Threats: [
    { Type: 0, Description: { Value: 'Elevation of Privilege' }, ProductID: ['1'] },
    { Type: 3, Description: { Value: 'Important' }, ProductID: ['1'] },
    { Type: 1, Description: { Value: 'Exploited:No' } },
  ],
  Remediations: [
    remediation('5034127', {
      Supercedence: '5033371; KB5032189',
      FixedBuild: '10.0.19045.3930',
      ProductID: ['1', 2, '9'],
    }),
    remediation('Release Notes'),
    remediation('5034999', { Type: 5 }),
  ],
};

describe('Microsoft’s monthly document', () => {
  test('is a row for each vulnerability, update and product', () => {
    const row = {
      cve: 'CVE-2026-0001',
      kb: '5034127',
      product: PRODUCT,
      component: 'Windows Kernel',
      severity: 'Important',
      impact: 'Elevation of Privilege',
      supersedes: ['5033371', '5032189'],
      fixed_build: '10.0.19045.3930',
    };
    expect(readMsrcCvrf(document([VULNERABILITY]))).toEqual([
      row,
      { ...row, product: 'Microsoft Office', severity: '', impact: '' },
    ]);
  });

  test('is nothing else', () => {
    expect(readMsrcCvrf({})).toBeNull();
    expect(readMsrcCvrf({ ...document([]), Vulnerability: {} })).toBeNull();
    expect(readMsrcCvrf({ ...document([{ Remediations: [remediation('1')] }, null as never]) })).toEqual([]);
  });

  test.each([
    ['10.0.19045.3929', [], ['CVE-2026-0001']],
    ['10.0.19045.3930', [], []],
    ['10.0.19045.4000', [], []],
    // Another line of builds, and a build that is not known to its last number, show nothing.
    ['10.0.22631.4000', [], ['CVE-2026-0001']],
    ['10.0.19045', [], ['CVE-2026-0001']],
    ['10.0.19045', ['5034127'], []],
  ])('a machine of build %s with the updates %j is open to %j', (build, installed_kbs, expected) => {
    const matcher = createWindowsMatcher({ product: PRODUCT, is_stated: true, build, installed_kbs });
    readMsrcCvrf(document([VULNERABILITY]))?.forEach(matcher.add);
    expect(matcher.result().findings.map(({ advisory }) => advisory)).toEqual(expected);
  });
});
