import { expect, test } from 'vitest';
import { findDestination } from './find-destination.ts';

test.each([
  ['', null],
  ['  ', null],
  ['@', null],
  ['ch-12', { kind: 'change', id: 'CH-12' }],
  ['RO-3', { kind: 'rollout', id: 'RO-3' }],
  ['@web-01', { kind: 'asset', id: 'web-01' }],
  ['CH-12x', { kind: 'patches', search: 'CH-12x' }],
  [' openssl ', { kind: 'patches', search: 'openssl' }],
  [' cve-2026-1234 ', { kind: 'advisory', id: 'cve-2026-1234' }],
  ['USN-7001-1', { kind: 'advisory', id: 'USN-7001-1' }],
  ['CVE-2026', { kind: 'patches', search: 'CVE-2026' }],
])('%j', (text, destination) => {
  expect(findDestination(text)).toEqual(destination);
});
