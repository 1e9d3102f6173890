import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Door } from './door.ts';
import { type Bomb, jsonBombs, packedBombs, truncated } from './make-bombs.ts';
import { VEX } from './upload-doors.ts';

const BIN = fileURLToPath(new URL('../../packages/cli/bin/fleetmend.mjs', import.meta.url));
/** A number of ours, and nothing on stdout: the program refused, and did not fall over. */
const REFUSED = 2;
const OSV = '{"id":"A-1","modified":"2026-01-01T00:00:00Z"}';

/** The files that `fleetmend match` and `scan` are given, in a process of its own each time, as a person starts it. */
export function openCliDoors(): { doors: Door[]; close(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'fleetmend-bombs-'));
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const rpms = file('rpms.txt', 'bash-5.1.8-6.el9.x86_64\n');
  const osv = file('osv.json', OSV);
  const bomb = join(folder, 'bomb');
  const tiny = file('tiny', 'hello\n');
  const door = (name: string, args: (file: string) => string[], begin: string, good: string): Door => ({
    name,
    bombs: [...packedBombs(begin), ...jsonBombs(begin, good), ...truncated(good)].filter(isOneDocument),
    async isRefused({ bytes }) {
      writeFileSync(bomb, bytes);
      return (await fleetmend(args(bomb))) === REFUSED;
    },
    async base() {
      const from = performance.now();
      if ((await fleetmend(args(tiny))) !== REFUSED) throw new Error(`${name}: six letters are taken for a document`);
      return performance.now() - from;
    },
  });
  return {
    doors: [
      door(
        'match --inventory',
        (bad) => ['match', '--inventory', bad, '--feed', osv],
        '{"bomFormat":"CycloneDX","components":[',
        '{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"name":"a","version":"1","purl":"pkg:npm/a@1"}]}',
      ),
      door('match --feed', (bad) => ['match', '--inventory', rpms, '--feed', bad], '{"id":"A-1","affected":[', OSV),
      door(
        'match --vex',
        (bad) => ['match', '--inventory', rpms, '--feed', osv, '--vex', bad],
        '{"@context":"https://openvex.dev/ns/v0.2.0","statements":[',
        JSON.stringify(VEX),
      ),
    ],
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Archives are the server's: here a file is one document. */
function isOneDocument({ name }: Bomb): boolean {
  return !/zip (?:of|cut)|^zip|in zip/.test(name);
}

function fleetmend(args: readonly string[]): Promise<number | null> {
  return new Promise((resolve) => {
    spawn(process.execPath, [BIN, ...args], { stdio: 'ignore' }).on('exit', resolve);
  });
}
