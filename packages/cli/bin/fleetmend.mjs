#!/usr/bin/env node
// The door of the CLI: works when called by an older Node too, by handing over to the Node 24 that is installed beside it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The first Node that runs our TypeScript sources as they are. */
const OLDEST_NODE = [22, 18];
const here = dirname(fileURLToPath(import.meta.url));

function isNewEnough() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

function findNode() {
  const name = join('node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  for (let folder = here; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return join(folder, name);
  }
  return null;
}

function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child too.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`error: ${node} does not start: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

/** Compiled code is kept in the user's own cache: in a shared folder somebody else could leave code for us to run. */
function keepCompiledCode() {
  const cache = process.env.XDG_CACHE_HOME || join(process.env.HOME || homedir(), '.cache');
  module.enableCompileCache?.(join(cache, 'fleetmend', 'compiled'));
}

const node = isNewEnough() ? null : findNode();
if (node !== null) {
  handOver(node);
} else if (isNewEnough()) {
  keepCompiledCode();
  await import('../src/main.ts');
} else {
  process.stderr.write(
    `error: Fleetmend needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}\nfix: Run npm ci in the checkout; it brings one.\n`,
  );
  process.exitCode = 1;
}
