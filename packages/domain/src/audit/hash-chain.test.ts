import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHAIN_START, type ChainedAuditEntry, entryHash, FIRST_PREVIOUS_HASH, verifyChain } from './hash-chain.ts';

function aChain(length: number): ChainedAuditEntry[] {
  const chain: ChainedAuditEntry[] = [];
  for (let sequence = 1; sequence <= length; sequence++) {
    const previous_hash = chain.at(-1)?.hash ?? FIRST_PREVIOUS_HASH;
    const entry = {
      sequence,
      at: '2026-11-10T21:00:00.000Z',
      actor: 'Ada',
      verb: 'change.approve',
      object: `change/CH-${sequence}`,
      detail: { quorum: sequence },
      request_id: null,
    };
    chain.push({ ...entry, previous_hash, hash: entryHash(entry, previous_hash, nodeCryptography) });
  }
  return chain;
}

const verify = (entries: ChainedAuditEntry[]) => verifyChain(entries, nodeCryptography);

test('an untouched chain is intact, whole or piece by piece, and empty', () => {
  const chain = aChain(5);
  expect(verify(chain)).toMatchObject({
    is_intact: true,
    broken_at: null,
    state: { sequence: 5, head: chain[4]?.hash },
  });
  const half = verify(chain.slice(0, 2)).state;
  expect(verifyChain(chain.slice(2), nodeCryptography, half).is_intact).toBe(true);
  expect(verify([])).toEqual({ is_intact: true, broken_at: null, state: CHAIN_START });
});

test('the hash is SHA-256 over its domain and canonical JSON', () => {
  const [entry] = aChain(1);
  const text = `fleetmend-audit-v1\0{"actor":"Ada","at":"2026-11-10T21:00:00.000Z","detail":{"quorum":1},"object":"change/CH-1","previous_hash":"${'0'.repeat(64)}","request_id":null,"sequence":1,"verb":"change.approve"}`;
  expect(entry?.hash).toBe(Buffer.from(nodeCryptography.sha256(text)).toString('hex'));
});

describe('tampering is found where it begins', () => {
  const FIELDS = [
    'sequence',
    'at',
    'actor',
    'verb',
    'object',
    'detail',
    'request_id',
    'previous_hash',
    'hash',
  ] as const;

  test('any field of any entry', () => {
    fc.assert(
      fc.property(fc.nat({ max: 9 }), fc.constantFrom(...FIELDS), (index, field) => {
        const chain = aChain(10);
        const entry = chain[index];
        if (entry)
          Object.assign(entry, { [field]: field === 'sequence' ? 99 : field === 'detail' ? { quorum: 99 } : 'x' });
        expect(verify(chain)).toMatchObject({ is_intact: false, broken_at: index + 1 });
      }),
    );
  });

  test('a rewritten entry with a hash of its own breaks the next', () => {
    const chain = aChain(3);
    const second = chain[1];
    if (second) {
      second.actor = 'Eve';
      second.hash = entryHash(second, second.previous_hash, nodeCryptography);
    }
    expect(verify(chain)).toMatchObject({ is_intact: false, broken_at: 3 });
  });

  test.each([
    ['one missing', (chain: ChainedAuditEntry[]) => chain.toSpliced(1, 1), 2],
    ['the first missing', (chain: ChainedAuditEntry[]) => chain.slice(1), 1],
    ['two exchanged', (chain: ChainedAuditEntry[]) => [...chain.slice(0, 1), ...chain.slice(1).reverse()], 2],
    ['one twice', (chain: ChainedAuditEntry[]) => [...chain, ...chain.slice(2)], 4],
    ['a fraction', (chain: ChainedAuditEntry[]) => chain.map((entry) => ({ ...entry, detail: 0.5 })), 1],
  ])('%s', (_what, tamper, brokenAt) => {
    expect(verify(tamper(aChain(3)))).toMatchObject({ is_intact: false, broken_at: brokenAt });
  });
});
