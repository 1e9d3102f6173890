import { expect, test } from 'vitest';
import { countPlan, type Document, formatBytes, type Operation, planSentence } from './change-summary.ts';

const anOperation = (given: Partial<Operation> = {}): Operation => ({
  ecosystem: 'deb',
  package: 'openssl',
  architecture: 'amd64',
  from: '3.0.1',
  to: '3.0.2',
  sha256: 'a'.repeat(64),
  size: 1000,
  origin: 'Debian',
  ...given,
});

function aDocument(targets: { operations: Operation[]; class: 'downgrade' | 'none' }[]): Document {
  return {
    type: 'fleetmend/change/v1',
    organization: 'o',
    change: 'CH-1',
    title: 't',
    reason: '',
    author: 'p',
    created_at: '2026-01-01T00:00:00Z',
    epoch: 1,
    root_version: 1,
    policy: { name: 'all', sha256: 'b'.repeat(64) },
    quorum: 1,
    windows: [{ from: '2026-01-01T00:00:00Z', until: '2026-01-02T00:00:00Z' }],
    rings: [{ name: 'all', assets: ['a'], max_in_flight: 1, bake_seconds: 60 }],
    gates: [],
    on_gate_fail: 'pause',
    reboot: 'if-needed',
    accepts_no_rollback: false,
    targets: targets.map(({ operations, ...rollback }, at) => ({
      asset: `a${at}`,
      hostname: `h${at}`,
      key: 'c'.repeat(64),
      operations,
      rollback: { class: rollback.class, operations: [], reason: null },
    })),
  };
}

test('one machine that can be taken back', () => {
  const document = aDocument([{ operations: [anOperation()], class: 'downgrade' }]);
  expect(planSentence(document)).toBe(
    'Moves 1 package on 1 machine, in 1 ring. Every machine can be taken back by downgrade.',
  );
});

test('added packages and machines without a way back are counted and said', () => {
  const document = aDocument([
    { operations: [anOperation(), anOperation({ package: 'libnew', from: null, size: 500 })], class: 'downgrade' },
    { operations: [anOperation()], class: 'none' },
  ]);
  expect(countPlan(document)).toEqual({ machines: 2, packages: 3, added: 1, bytes: 2500, without_rollback: 1 });
  expect(planSentence(document)).toContain('1 new dependency');
  expect(planSentence(document)).toContain('1 machine cannot be taken back.');
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [1_234_567, '1.2 MB'],
  [5e12, '5 TB'],
  [5e15, '5,000 TB'],
])('%d bytes read %s', (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});
