import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostKeyId, type KeySuccession, writeSuccession } from '@fleetmend/api/key-succession.ts';
import { pemPublicKey, signWithEd25519 } from '@fleetmend/api/make-signature.ts';
import { SIGNATURE_PURPOSES } from '@fleetmend/domain/access/trust-root.ts';
import { canonicalJson, type Json } from '@fleetmend/domain/canonical-json.ts';
import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import type { OrderResult } from '@fleetmend/domain/deployments/order.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ApplierFolder, applierFolder } from './applier-folder.ts';
import { readJournal, writeJournal } from './journal.ts';
import { readLocalLimits } from './local-limits.ts';
import { tailLog, writeNote } from './order-log.ts';
import { storedFiles, takeFile } from './package-store.ts';
import { bind, followOffered, pinRoot, raiseEpoch, readBinding, readEpoch, readPin } from './trust.ts';

const ORDER = 'a'.repeat(64);
let folder: ApplierFolder;
beforeEach(() => {
  folder = applierFolder(mkdtempSync(join(tmpdir(), 'fm-applier-')));
});
afterEach(() => rmSync(folder.path, { recursive: true, force: true }));

const result: OrderResult = {
  order: ORDER,
  outcome: 'succeeded',
  code: 'installed',
  detail: '',
  started_at: null,
  finished_at: '2026-11-01T00:00:00.000Z',
  boot_id: 'b',
  reboot_required: false,
  versions: {},
};
const begin = {
  type: 'begin' as const,
  order: ORDER,
  step: 'install' as const,
  change: 'c',
  boot: 'b',
  at: '2026-11-01T00:00:00.000Z',
  automatic: [],
};

describe('the journal', () => {
  test('is read back as it was written', () => {
    const journal = readJournal(folder.journal);
    writeJournal(folder.journal, journal, begin);
    writeJournal(folder.journal, journal, { type: 'spawned', order: ORDER, pid: 7, start: '99' });
    expect(readJournal(folder.journal).results.size).toBe(0);
    writeJournal(folder.journal, journal, { type: 'end', order: ORDER, result });
    expect(readJournal(folder.journal)).toEqual(journal);
  });
  test.each([1, 10, 60])(
    'a last line cut off %i bytes before its end is dropped, and writing goes on behind it',
    (missing) => {
      const journal = readJournal(folder.journal);
      writeJournal(folder.journal, journal, begin);
      const whole = readFileSync(folder.journal, 'utf8');
      writeJournal(folder.journal, journal, { type: 'end', order: ORDER, result });
      writeFileSync(folder.journal, readFileSync(folder.journal, 'utf8').slice(0, -missing));
      const reread = readJournal(folder.journal);
      expect(reread.results.size).toBe(0);
      expect(readFileSync(folder.journal, 'utf8')).toBe(whole);
      writeJournal(folder.journal, reread, { type: 'end', order: ORDER, result });
      expect(readJournal(folder.journal).results.get(ORDER)).toEqual(result);
    },
  );
  test('damage anywhere else stops everything, aloud', () => {
    writeFileSync(folder.journal, '{"type":"beg\n');
    appendFileSync(folder.journal, `${JSON.stringify(begin)}\n`);
    expect(() => readJournal(folder.journal)).toThrow(/damaged/);
  });
});

describe('trust', () => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const makeRoot = (version: number, organization = 'org') => {
    const key = pemPublicKey(pem);
    const document = canonicalJson({
      type: 'fleetmend/root/v1',
      organization,
      version,
      quorum: 1,
      people: [{ id: 'p', name: 'P', keys: [{ ...key }] }],
    } as unknown as Json);
    return { document, signatures: [signWithEd25519(pem, SIGNATURE_PURPOSES.root, document)] };
  };
  const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

  test('pins once, says so twice, and replaces only on purpose', () => {
    expect(pinRoot(folder, 'sha256:zz', false)).toMatch(/64 hexadecimal/);
    expect(pinRoot(folder, `sha256:${'1'.repeat(64)}`, false)).toBeNull();
    expect(pinRoot(folder, '1'.repeat(64), false)).toBeNull();
    expect(pinRoot(folder, `sha256:${'2'.repeat(64)}`, false)).toMatch(/--replace/);
    expect(readPin(folder)).toBe('1'.repeat(64));
    expect(pinRoot(folder, `sha256:${'2'.repeat(64)}`, true)).toBeNull();
    expect(readPin(folder)).toBe('2'.repeat(64));
  });
  test('follows the pinned root and its successors, keeps them, and never goes back', () => {
    const [first, second] = [makeRoot(1), makeRoot(2)];
    expect(followOffered(folder, [first])).toMatchObject({ pinned: null, root: null });
    pinRoot(folder, digestOf(first.document), false);
    expect(followOffered(folder, [makeRoot(1, 'other')])).toMatchObject({
      root: null,
      refused: expect.stringContaining('not among'),
    });
    expect(followOffered(folder, [first, second]).root?.version).toBe(2);
    expect(followOffered(folder, []).root?.version).toBe(2);
    expect(followOffered(folder, [first])).toMatchObject({
      root: { version: 2 },
      refused: null,
      digest: digestOf(second.document),
    });
    expect(followOffered(folder, [{ ...makeRoot(3), signatures: [] }])).toMatchObject({
      root: { version: 2 },
      refused: expect.any(String),
    });
  });
  test('binds to one identity, and its epoch only rises', () => {
    const me = { asset: 'a', organization: 'o', key: 'k' };
    expect(bind(folder, me)).toBeNull();
    expect(bind(folder, me)).toBeNull();
    expect(bind(folder, { ...me, key: 'other' })).toMatch(/key of asset a is another/);
    expect(bind(folder, { ...me, asset: 'b' })).toMatch(/bound to asset a/);
    raiseEpoch(folder, 5);
    raiseEpoch(folder, 3);
    expect(readEpoch(folder)).toBe(5);
  });
});

describe('a key that names the next one', () => {
  const keys = Array.from({ length: 4 }, () => generateKeyPairSync('ed25519').privateKey);
  const chain = [1, 2, 3].map((at) => writeSuccession('a', keys[at - 1] as KeyObject, keys[at] as KeyObject));
  const ids = [...chain.map(({ old_key }) => hostKeyId(old_key)), hostKeyId(chain[2]?.new_key ?? '')];
  const me = (at: number) => ({ asset: 'a', organization: 'o', key: ids[at] ?? '' });

  test('is followed, also over several steps, and changes signed for the keys before are still for this machine', () => {
    bind(folder, me(0));
    expect(bind(folder, me(1), chain)).toBeNull();
    expect(bind(folder, me(3), chain)).toBeNull();
    expect(readBinding(folder)).toEqual({ ...me(3), former_keys: ids.slice(0, 3) });
    expect(bind(folder, me(3))).toBeNull();
    expect(bind(folder, me(0), chain)).toMatch(/another/);
  });
  test.each([
    ['without its signature', []],
    ['with a step left out', [chain[0], chain[2]]],
    ['for another asset', [writeSuccession('b', keys[0] as KeyObject, keys[3] as KeyObject)]],
    ['signed by a stranger', [{ ...chain[0], old_signature: chain[1]?.old_signature, new_key: chain[2]?.new_key }]],
  ])('is not followed %s', (_what, given) => {
    bind(folder, me(0));
    expect(bind(folder, me(3), given as KeySuccession[])).toMatch(/another/);
    expect(readBinding(folder)?.key).toBe(ids[0]);
  });
});

describe('the package store', () => {
  const content = 'a package';
  const operation: Operation = {
    ecosystem: 'deb',
    package: 'p',
    architecture: 'all',
    from: null,
    to: '1',
    sha256: createHash('sha256').update(content).digest('hex'),
    size: content.length,
    origin: '',
  };
  const source = () => join(folder.path, 'source.deb');

  test('takes exactly the approved bytes and proves them again when they are used', () => {
    writeFileSync(source(), content);
    expect(takeFile(folder, operation, source())).toBeNull();
    const { files, missing } = storedFiles(folder, [operation]);
    expect(missing).toBeNull();
    writeFileSync(files[0]?.path ?? '', 'A package');
    expect(storedFiles(folder, [operation]).missing).toBe('p 1');
    expect(takeFile(folder, operation, undefined)).toMatch(/not handed over/);
  });
  test.each([
    ['other bytes', 'b package'],
    ['one byte more', 'a package!'],
    ['one byte less', 'a packag'],
  ])('refuses %s', (_, bytes) => {
    writeFileSync(source(), bytes);
    expect(takeFile(folder, operation, source())).toMatch(/not the approved one/);
    expect(storedFiles(folder, [operation]).missing).toBe('p 1');
  });
  test('follows no link, reads no folder, and says when there is nothing', () => {
    writeFileSync(source(), content);
    symlinkSync(source(), join(folder.path, 'link.deb'));
    expect(takeFile(folder, operation, join(folder.path, 'link.deb'))).toMatch(/cannot be read/);
    expect(takeFile(folder, operation, folder.path)).toMatch(/not a plain file/);
    expect(takeFile(folder, operation, join(folder.path, 'nowhere'))).toMatch(/cannot be read/);
  });
});

describe('order logs', () => {
  test('gives whole lines once, numbered, without escapes', () => {
    const read = tailLog(folder, ORDER);
    expect(read(false)).toEqual([]);
    writeNote(folder, ORDER, 'one\u001b[31m!');
    appendFileSync(join(folder.logs, `${ORDER}.log`), 'tw');
    expect(read(false)).toEqual([{ line: 0, text: 'one!' }]);
    appendFileSync(join(folder.logs, `${ORDER}.log`), 'o\n\nthree');
    expect(read(false)).toEqual([{ line: 1, text: 'two' }]);
    expect(read(true)).toEqual([{ line: 2, text: 'three' }]);
    expect(tailLog(folder, ORDER)(true).map(({ text }) => text)).toEqual(['one!', 'two', 'three']);
  });
});

describe('local limits', () => {
  test('have defaults, and a file that cannot be understood is no limit silently lost', () => {
    const path = join(folder.path, 'applier.json');
    expect(readLocalLimits(path)).toEqual({ protected_packages: [], max_operations: 1000, lock_wait_seconds: 900 });
    writeFileSync(path, '{"protected_packages":["postgresql"]}');
    expect(readLocalLimits(path).protected_packages).toEqual(['postgresql']);
    writeFileSync(path, '{"protected":["postgresql"]}');
    expect(() => readLocalLimits(path)).toThrow(/applier\.json/);
    writeFileSync(path, '{');
    expect(() => readLocalLimits(path)).toThrow();
  });
});
