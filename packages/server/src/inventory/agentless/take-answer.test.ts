import { MAX_PACKAGES } from '@fleetmend/api/agent-protocol.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { inventoryDigest } from '@fleetmend/domain/inventory/inventory-digest.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestContext, type TestContext } from '../../advisories/test-context.ts';
import { openQuota } from '../host-quota.ts';
import { openSoftwareLibrary } from '../software-library.ts';
import { takeAnswer } from './take-answer.ts';

let test_: TestContext;
beforeAll(async () => {
  test_ = await openTestContext();
});
afterAll(() => test_.close());

const KERNEL = '\n@fleetmend kernel\nweb-01 6.1.0-9-amd64 x86_64\n';
const deb = (lines: readonly string[]) => `${KERNEL}\n@fleetmend list deb\n${lines.join('\n')}\n\n@fleetmend exit 0\n`;
const line = (name: string, version = '1.0-1') => `ii \t${name}\t${version}\tamd64\t${name}\t${version}`;

/** What becomes of an answer: the report, or the word for why there is none. */
async function take(text: string, quota = openQuota()) {
  try {
    return await takeAnswer(test_.ctx, openSoftwareLibrary(test_.ctx.db), { id: 'host_1', quota }, text);
  } catch (error) {
    const { problem, code } = error as { problem?: string; code?: string };
    return problem ?? code;
  }
}

test('an answer becomes the report that an agent would have sent', async () => {
  const lines = ['deb\tbash\t1.0-1\tamd64\tbash\t1.0-1', 'deb\tzsh\t1.0-1\tamd64\tzsh\t1.0-1'];
  expect(await take(deb([line('bash'), line('zsh'), line('bash')]))).toMatchObject({
    asset: 'host_1',
    now: { inventory_digest: inventoryDigest(lines, nodeCryptography.sha256) },
    set: { package_count: 2 },
    updates: null,
    facts: { hostname: 'web-01', agent: null },
  });
});

test('names that the contract cannot carry are left out, whatever they are made of', async () => {
  const names = ['a b', '-o', '\u001b[31mred', 'ünicode', 'x'.repeat(400), '', 'tab\tbed', 'nul\u0000'];
  const taken = await take(
    deb([...names.map((name) => line(name)), line('good'), line('bad', '1 0'), line('__proto__')]),
  );
  expect(taken).toMatchObject({ set: { package_count: 2 } });
  expect(JSON.stringify(taken)).not.toContain('\\u001b');
});

test.each([
  ['no list at all', KERNEL, 'no-package-manager'],
  ['nothing', '', 'no-package-manager'],
  ['a list that was cut off', deb([line('bash')]).split('\n@fleetmend exit')[0] ?? '', 'package-manager-failed'],
  ['a package manager that failed', deb([line('bash')]).replace('exit 0', 'exit 1'), 'package-manager-failed'],
  [
    'more packages than a machine has',
    deb(Array.from({ length: MAX_PACKAGES + 1 }, (_, at) => line(`p${at}`))),
    'invalid',
  ],
])('%s is no report', async (_, text, why) => {
  expect(await take(text)).toBe(why);
});

test('one machine brings in no more new names in a day than its quota', async () => {
  const quota = openQuota();
  const many = (prefix: string) => deb(Array.from({ length: 15_000 }, (_, at) => line(`${prefix}${at}`)));
  expect(await take(many('q'), quota)).toMatchObject({ set: { package_count: 15_000 } });
  expect(await take(many('r'), quota)).toBe('host-quota-used-up');
});
