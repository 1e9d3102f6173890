import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sourcesDigest } from './build-console.ts';

const SOURCES = [
  'packages/agent',
  'packages/api/src',
  'packages/domain/src',
  'scripts/build-agent.ts',
  'package-lock.json',
];

/**
 * Makes the file that machines download to enrol, in the background and with low priority, unless it stands there already
 * from these sources. Until then the console offers the folder instead. @returns what went wrong, or null.
 */
export async function packAgent(root: string, signal: AbortSignal): Promise<string | null> {
  const mark = join(root, 'dist', '.agent-sources');
  const digest = `${await sourcesDigest(root, SOURCES)} ${process.version}`;
  if ((await readFile(mark, 'utf8').catch(() => null)) === digest) return null;
  const args = ['-n', '15', process.execPath, join(root, 'scripts/build-agent.ts')];
  const child = spawn('nice', args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], signal });
  let said = '';
  child.stderr.on('data', (piece) => {
    said += piece;
  });
  const code = await new Promise<number | null>((resolve) =>
    child.on('error', () => resolve(null)).on('close', resolve),
  );
  if (code !== 0) return said.trim().split('\n')[0] || 'it ended early';
  await writeFile(mark, digest);
  return null;
}
