import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const AGENT = join(ROOT, 'packages/agent');

/** Copies under another name first, so that a program that runs from `to` keeps its own file. */
function copyWhole(from: string, to: string, mode: number): void {
  copyFileSync(from, `${to}.new`);
  chmodSync(`${to}.new`, mode);
  renameSync(`${to}.new`, to);
}

/**
 * Builds what a host needs, and nothing else, into one folder: the agent in one file, the Node it runs on, the units and
 * the installer. @returns the folder.
 */
export async function buildAgent(outputFolder = join(ROOT, 'dist/agent')): Promise<string> {
  mkdirSync(outputFolder, { recursive: true });
  const draft = join(outputFolder, 'fleetmend-agent.mjs.new');
  await build({
    entryPoints: [join(AGENT, 'src/main.ts')],
    outfile: draft,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    legalComments: 'inline',
    logLevel: 'warning',
  });
  renameSync(draft, join(outputFolder, 'fleetmend-agent.mjs'));
  const node = join(outputFolder, 'node');
  if (!existsSync(node) || statSync(node).size !== statSync(process.execPath).size)
    copyWhole(process.execPath, node, 0o755);
  for (const file of readdirSync(join(AGENT, 'systemd')))
    copyWhole(join(AGENT, 'systemd', file), join(outputFolder, file), 0o644);
  return outputFolder;
}

/**
 * Packs what `buildAgent` makes into the one file that machines download: the same bytes from the same sources, so that a
 * second build proves the first. @returns its path.
 */
export async function packAgent(outputFolder = join(ROOT, 'dist')): Promise<string> {
  const folder = await buildAgent(join(outputFolder, 'agent'));
  const archive = join(outputFolder, `fleetmend-agent-linux-${process.arch}.tar.gz`);
  const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=u+rw,go+r-w'];
  const names = ['--transform', 's,^agent,fleetmend-agent,', '-C', dirname(folder), 'agent'];
  execFileSync('tar', ['--use-compress-program=gzip -n', ...same, '-cf', `${archive}.new`, ...names]);
  renameSync(`${archive}.new`, archive);
  return archive;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(await packAgent());
}
