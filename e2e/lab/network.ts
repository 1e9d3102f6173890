import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { mustRun, runToEnd } from './run.ts';

const RELAY = fileURLToPath(new URL('relay.ts', import.meta.url));
const BRIDGE = 'lab0';
const SUBNET = '10.77.0';

/** A network of the test's own, with a bridge that hosts are plugged into; nothing of it reaches this machine's network. */
export interface LabNetwork {
  /** The file that stands for its namespace, as nsenter takes it. */
  namespace: string;
  bridge: string;
  /** The address of the bridge, where servers listen. */
  gateway: string;
  /** An address for a host, by its number from 11 on. */
  address(host: number): string;
  /** Hands connections to a port of the gateway over to a Unix socket of this machine. */
  relay(port: number, socketPath: string): Promise<void>;
  /** Pulls the cable of a machine that has ended, as nspawn calls it. */
  unplug(machine: string): Promise<void>;
  /** Addresses that have connected to the gateway. */
  callers(): ReadonlySet<string>;
  close(): Promise<void>;
}

/** Makes the network. */
export async function startLabNetwork(): Promise<LabNetwork> {
  const name = `fmlab-${process.pid}`;
  const namespace = `/run/netns/${name}`;
  const gateway = `${SUBNET}.1`;
  const relays: ChildProcess[] = [];
  const callers = new Set<string>();
  const ip = (...args: string[]) => mustRun('ip', ['-n', name, ...args]);
  await mustRun('ip', ['netns', 'add', name]);
  await ip('link', 'set', 'lo', 'up');
  await ip('link', 'add', BRIDGE, 'type', 'bridge');
  await ip('addr', 'add', `${gateway}/24`, 'dev', BRIDGE);
  await ip('link', 'set', BRIDGE, 'up');
  return {
    namespace,
    bridge: BRIDGE,
    gateway,
    address: (host) => `${SUBNET}.${host}`,
    async relay(port, socketPath) {
      const args = [`--net=${namespace}`, process.execPath, RELAY, gateway, String(port), socketPath];
      const child = spawn('nsenter', args, { stdio: ['ignore', 'pipe', 'inherit'] });
      relays.push(child);
      const lines = createInterface({ input: child.stdout });
      await once(lines, 'line');
      lines.on('line', (address) => callers.add(address));
    },
    async unplug(machine) {
      await runToEnd('ip', ['-n', name, 'link', 'del', `vb-${machine}`]);
    },
    callers: () => callers,
    async close() {
      for (const child of relays) child.kill('SIGKILL');
      await runToEnd('ip', ['netns', 'del', name]);
    },
  };
}
