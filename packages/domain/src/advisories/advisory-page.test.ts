import { expect, test } from 'vitest';
import { advisoryPage, isAdvisoryId } from './advisory-page.ts';

test.each([
  ['CVE-2026-12345', 'https://www.cve.org/CVERecord?id=CVE-2026-12345'],
  ['DSA-5000-1', 'https://security-tracker.debian.org/tracker/DSA-5000-1'],
  ['USN-7001-1', 'https://ubuntu.com/security/notices/USN-7001-1'],
  ['RHSA-2026:1234', 'https://access.redhat.com/errata/RHSA-2026:1234'],
  ['RLSA-2026:1234', 'https://errata.rockylinux.org/RLSA-2026:1234'],
  ['ALSA-2026:1234', 'https://osv.dev/vulnerability/ALSA-2026:1234'],
  ['GHSA-abcd-efgh-ijkl', 'https://github.com/advisories/GHSA-abcd-efgh-ijkl'],
  ['RUSTSEC-2026-0001', 'https://rustsec.org/advisories/RUSTSEC-2026-0001.html'],
])('%s is shown at %s', (id, page) => {
  expect(advisoryPage(id)).toBe(page);
});

test.each(['', 'XYZ-1', 'GHSA-../../evil', 'DSA-1?x', 'CVE-2026-1\n', `DSA-1${'0'.repeat(200)}`])(
  'no page is made up for %j',
  (id) => {
    expect(advisoryPage(id)).toBeNull();
  },
);

test.each([
  'CVE-2026-12345',
  'cve-2026-1',
  'DSA-5000-1',
  'USN-7001-1',
  'GHSA-abcd-ef12-ijkl',
  'RHSA-2026:1234',
  'SUSE-SU-2026:1234-1',
  'openSUSE-SU-2026:0001-1',
  'DEBIAN-CVE-2026-1',
])('%s is an id', (id) => {
  expect(isAdvisoryId(id)).toBe(true);
});

test.each(['', 'openssl', 'linux-6.1', 'CVE', 'CVE-2026', 'go-1.22', 'CH-12', 'P-3', 'CVE-2026-1 openssl'])(
  '%j is none',
  (text) => {
    expect(isAdvisoryId(text)).toBe(false);
  },
);
