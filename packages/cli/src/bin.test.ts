import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { scratchFolder } from './test-io.ts';

const BIN = fileURLToPath(new URL('../bin/fleetmend.mjs', import.meta.url));
const scratch = scratchFolder();
afterAll(() => scratch.remove());

/** The Node that npm itself runs on, which may be older than ours. */
const OTHER_NODES = [process.env['npm_node_execpath'], '/usr/bin/node', '/usr/local/bin/node'].filter(
  (path): path is string => path !== undefined && path !== process.execPath && existsSync(path),
);

function runBin(node: string, args: string[]) {
  const env = {
    PATH: process.env['PATH'] ?? dirname(node),
    XDG_CONFIG_HOME: scratch.path,
    XDG_CACHE_HOME: scratch.path,
    HOME: scratch.path,
  };
  return spawnSync(node, [BIN, ...args], { encoding: 'utf8', env });
}

describe('the program itself', () => {
  test.each([process.execPath, ...OTHER_NODES])('runs on %s', (node) => {
    const { status, stdout, stderr } = runBin(node, ['version']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^fleetmend \d+\.\d+\.\d+\n$/);
  });

  test.each([process.execPath, ...OTHER_NODES])('passes its exit code through %s', (node) => {
    expect(runBin(node, ['patch', 'list']).status).toBe(4);
  });

  test('keeps compiled code in the user’s own cache', () => {
    runBin(process.execPath, ['version']);
    expect(existsSync(join(scratch.path, 'fleetmend', 'compiled'))).toBe(true);
  });

  test.each([
    [['ch'], 'change'],
    [['change', 'ap'], 'approve'],
    [['change', 'approve', '--k'], '--key'],
    [['rollout', 'r'], 'resume rollback retry'],
  ])('completes %j', (words, expected) => {
    const script = `source <("$0" "$1" completion bash); COMP_WORDS=(fleetmend ${words.join(' ')}); COMP_CWORD=${words.length}; _fleetmend; echo "\${COMPREPLY[@]}"`;
    const { stdout } = spawnSync('bash', ['-c', script, process.execPath, BIN], { encoding: 'utf8' });
    expect(stdout.trim()).toBe(expected);
  });
});
