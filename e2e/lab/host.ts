import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { baseImage, type ImageKind } from './base-image.ts';
import type { LabNetwork } from './network.ts';
import { mustRun, type Ran, type RunOptions, runToEnd } from './run.ts';

/** systemd-nspawn's way of saying that the host inside asked for a reboot. */
const REBOOT_CODE = 133;
const BOOT_SECONDS = 60;

export interface HostOptions {
  name: string;
  image?: ImageKind;
  /** Text of /etc/apt/sources.list.d/lab.sources. */
  sources?: string;
  /** Changes files of its root before it boots. */
  prepare?: (root: string) => void;
  /** The lab's network it is plugged into, and its address there; without one it shares this machine's. */
  network?: { lab: LabNetwork; address: string };
  /** Folders of this machine to show read-only inside: `{ '/opt/agent': '/path/here' }`. */
  binds?: Record<string, string>;
}

/** A booted Debian with its own systemd, packages and machine id; its network is this machine's unless it has one. */
export interface Host {
  name: string;
  /** The host's root folder, seen from outside. */
  root: string;
  exec(argv: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Like exec, but must succeed. @returns standard output. */
  must(argv: readonly string[], options?: RunOptions): Promise<string>;
  /** How often it has booted. */
  boots(): number;
  bootId(): Promise<string>;
  /** Resolves when it is up after its `count`-th boot. */
  waitForBoot(count: number): Promise<void>;
  /** Pulls the plug: nothing inside gets to finish. */
  powerCut(): Promise<void>;
  boot(): Promise<void>;
  poweroff(): Promise<void>;
  /** Ends it if it runs, and leaves nothing behind. */
  destroy(): Promise<void>;
}

/** Every process below a pid, deepest first. */
function descendants(pid: number): number[] {
  const parents = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
    } catch {
      // It ended while we looked.
    }
  }
  const below = (parent: number): number[] => (parents.get(parent) ?? []).flatMap((child) => [...below(child), child]);
  return below(pid);
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

async function mountRoot(work: string, image: ImageKind | undefined): Promise<string> {
  const [upper, scratch, root] = [join(work, 'upper'), join(work, 'work'), join(work, 'root')];
  for (const folder of [upper, scratch, root]) mkdirSync(folder);
  const layers = `lowerdir=${await baseImage(image)},upperdir=${upper},workdir=${scratch}`;
  await mustRun('mount', ['-t', 'overlay', 'overlay', '-o', layers, root]);
  return root;
}

/** Makes a host on an overlay of the base image and boots it (under a second once the image is there). */
export async function startHost(options: HostOptions): Promise<Host> {
  const work = mkdtempSync(join(tmpdir(), `fmhost-${options.name}-`));
  const root = await mountRoot(work, options.image);
  writeFileSync(join(root, 'etc/machine-id'), `${randomBytes(16).toString('hex')}\n`);
  writeFileSync(join(root, 'etc/hostname'), `${options.name}\n`);
  writeFileSync(join(root, 'etc/hosts'), `127.0.0.1 localhost\n127.0.1.1 ${options.name}\n`);
  if (options.sources !== undefined) writeFileSync(join(root, 'etc/apt/sources.list.d/lab.sources'), options.sources);
  if (options.network !== undefined) writeAddress(root, options.network);
  options.prepare?.(root);
  const binds = Object.entries(options.binds ?? {}).map(([inside, outside]) => `--bind-ro=${outside}:${inside}`);
  const machine = `${options.name}-${process.pid}`;
  let nspawn: ChildProcess | null = null;
  let leader = 0;
  let boots = 0;
  let isWanted = true;

  function start(): void {
    const log = openSync(join(work, 'console.log'), 'a');
    const args = [
      '--register=no',
      '--keep-unit',
      '--quiet',
      '--boot',
      '--resolv-conf=off',
      '--timezone=off',
      '--link-journal=no',
    ];
    const plug = options.network === undefined ? [] : [`--network-bridge=${options.network.lab.bridge}`];
    const place = [`--directory=${root}`, `--machine=${machine}`];
    const command = ['systemd-nspawn', ...args, ...plug, ...binds, ...place];
    const inside = options.network === undefined ? [] : ['nsenter', `--net=${options.network.lab.namespace}`];
    const [program = '', ...rest] = [...inside, ...command];
    const child = spawn(program, rest, { stdio: ['ignore', log, log] });
    closeSync(log);
    nspawn = child;
    child.on('close', (code) => {
      leader = 0;
      if (nspawn === child) nspawn = null;
      // What firmware does: a machine that asks for a reboot gets one.
      if (isWanted && code === REBOOT_CODE) start();
    });
  }
  async function enter(argv: readonly string[], execOptions: RunOptions = {}): Promise<Ran> {
    if (leader === 0) return { code: null, stdout: '', stderr: 'the host is down' };
    return runToEnd(
      'nsenter',
      [
        '-t',
        String(leader),
        '-a',
        'env',
        '-i',
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        'LC_ALL=C.UTF-8',
        'DEBIAN_FRONTEND=noninteractive',
        'HOME=/root',
        ...argv,
      ],
      execOptions,
    );
  }
  async function waitUntilUp(): Promise<void> {
    for (const until = Date.now() + BOOT_SECONDS * 1000; Date.now() < until; await sleep(50)) {
      const pid = nspawn?.pid;
      if (pid === undefined) continue;
      const [child] = readChildren(pid);
      if (child === undefined) continue;
      leader = child;
      const state = (await enter(['systemctl', 'is-system-running'])).stdout.trim();
      if (state === 'running' || state === 'degraded') {
        boots++;
        return;
      }
    }
    throw new Error(`${options.name} did not boot: ${readFileSync(join(work, 'console.log'), 'utf8').slice(-2000)}`);
  }
  async function stop(): Promise<void> {
    isWanted = false;
    const child = nspawn;
    if (!child?.pid) return;
    const pids = [...descendants(child.pid), child.pid];
    for (const pid of pids) killQuietly(pid);
    for (const until = Date.now() + 10_000; nspawn !== null && Date.now() < until; ) await sleep(20);
    leader = 0;
    // Its end of the cable goes some time after it; the next host of this name needs the socket.
    await options.network?.lab.unplug(machine);
  }

  const host: Host = {
    name: options.name,
    root,
    exec: enter,
    async must(argv, execOptions) {
      const ran = await enter(argv, execOptions);
      if (ran.code !== 0)
        throw new Error(
          `${options.name}: ${argv.join(' ')} ended with ${ran.code}: ${(ran.stderr || ran.stdout).slice(-2000)}`,
        );
      return ran.stdout;
    },
    boots: () => boots,
    bootId: async () => (await host.must(['cat', '/proc/sys/kernel/random/boot_id'])).trim(),
    async waitForBoot(count) {
      while (boots < count) {
        if (leader === 0 && nspawn !== null) await waitUntilUp();
        else await sleep(50);
      }
    },
    powerCut: stop,
    async boot() {
      isWanted = true;
      start();
      await waitUntilUp();
    },
    async poweroff() {
      isWanted = false;
      await enter(['systemctl', 'poweroff']);
      for (const until = Date.now() + 15_000; nspawn !== null && Date.now() < until; ) await sleep(50);
    },
    async destroy() {
      await stop();
      for (let tries = 0; tries < 20 && (await runToEnd('umount', [root])).code !== 0; tries++) await sleep(100);
      await runToEnd('rm', ['-rf', '--one-file-system', work]);
      rmSync(work, { recursive: true, force: true });
    },
  };
  try {
    await host.boot();
  } catch (error) {
    await host.destroy();
    throw error;
  }
  return host;
}

/** The address of the host's one network card, for the networkd inside it. */
function writeAddress(root: string, { lab, address }: { lab: LabNetwork; address: string }): void {
  const text = `[Match]\nName=host0\n[Network]\nAddress=${address}/24\nGateway=${lab.gateway}\n`;
  mkdirSync(join(root, 'etc/systemd/network'), { recursive: true });
  writeFileSync(join(root, 'etc/systemd/network/10-lab.network'), text);
  const wants = join(root, 'etc/systemd/system/multi-user.target.wants');
  mkdirSync(wants, { recursive: true });
  symlinkSync('/lib/systemd/system/systemd-networkd.service', join(wants, 'systemd-networkd.service'));
}

function readChildren(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter((text) => text !== '')
      .map(Number);
  } catch {
    return [];
  }
}
