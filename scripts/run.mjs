// The door of every npm script: runs on whatever Node the machine has (20 or newer), makes sure that the packages of the
// lock file are installed, and hands over to the Node 24 that came with them. npm calls it with `exec`, so that npm's
// signals reach it and not a shell.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const LOCK_FILE = join(ROOT, 'package-lock.json');
/** The first Node that runs our TypeScript sources as they are. */
const OLDEST_NODE = [22, 18];

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/**
 * Whether every package of the lock file stands in node_modules. npm writes its hidden lock file last, so one that names
 * them all, each with the same digest, belongs to an install that was finished.
 */
function isInstalled() {
  const hidden = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = Object.entries(readJson(LOCK_FILE).packages).filter(
    ([path]) => path !== '' && !path.startsWith('packages/'),
  );
  const found = readJson(hidden).packages;
  return wanted.every(([path, entry]) => {
    if (found[path] === undefined) return entry.optional === true;
    return found[path].version === entry.version && found[path].integrity === entry.integrity;
  });
}

/** `npm ci` by the npm that called us, or the one on the PATH. */
function npmCommand() {
  const npm = process.env.npm_execpath;
  return npm !== undefined && basename(npm) === 'npm-cli.js' ? [process.execPath, npm] : ['npm'];
}

function install() {
  const began = Date.now();
  process.stderr.write('Installing the packages of package-lock.json (needed once, some 20 seconds) … ');
  const [command, ...first] = npmCommand();
  const options = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--include=dev',
    '--include=optional',
    '--loglevel=error',
  ];
  const npm = spawnSync(command, [...first, ...options], { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (npm.status !== 0) {
    process.stderr.write('failed.\n');
    const said = npm.error?.message ?? `${npm.stdout}${npm.stderr}`;
    process.stderr.write(said.split('\n').slice(0, 12).join('\n'));
    process.stderr.write('\nFleetmend could not install its packages; nothing was started.\n');
    process.exit(1);
  }
  process.stderr.write(`done in ${((Date.now() - began) / 1000).toFixed(1)} s.\n`);
}

/** Installs when needed. The kernel's lock on package-lock.json keeps a second starter waiting and dies with its holder. */
function ensureInstalled() {
  if (isInstalled()) return;
  const handle = openSync(LOCK_FILE, 'r');
  spawnSync('flock', ['3'], { stdio: ['ignore', 'ignore', 'ignore', handle] });
  if (!isInstalled()) install();
  closeSync(handle);
}

function isNewEnough() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

/** The Node that was installed with the packages, or our own where there is none for this machine. */
function findNode() {
  const installed = join(ROOT, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(installed) && spawnSync(installed, ['--version']).status === 0) return installed;
  if (isNewEnough()) return process.execPath;
  process.stderr.write(
    `Fleetmend needs Node ${OLDEST_NODE.join('.')} or newer on ${process.platform}/${process.arch}; this is Node ${process.versions.node}.\n`,
  );
  process.exit(1);
}

/** Where there is setpriv (Linux), the kernel tells the child when this process is killed with no chance to say so. */
function boundToUs(command) {
  const hasSetpriv = process.platform === 'linux' && spawnSync('setpriv', ['--version']).status === 0;
  return hasSetpriv ? ['setpriv', '--pdeathsig', 'TERM', '--', ...command] : command;
}

function run(node, args) {
  const [command, ...rest] = boundToUs([node, ...args]);
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(command, rest, { stdio: 'inherit', env });
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child too; a second one would mean "at once".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  // npm killed outright leaves us behind: nobody waits for the child any more, so it ends in order.
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 1000).unref();
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

ensureInstalled();
run(findNode(), process.argv.slice(2));
