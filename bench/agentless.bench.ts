import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSshHosts, type SshMeans } from '@fleetmend/server/inventory/agentless/read-ssh-hosts.ts';
import { scanHostKey } from '@fleetmend/server/inventory/agentless/scan-host-key.ts';
import { openSshAuthority } from '@fleetmend/server/inventory/agentless/ssh-authority.ts';
import {
  confirmKeyRow,
  insertSshHost,
  listSshHostRows,
  type SshHostRow,
} from '@fleetmend/server/inventory/agentless/ssh-host.store.ts';
import { openSshLogins } from '@fleetmend/server/inventory/agentless/ssh-logins.ts';
import { listSoftware } from '@fleetmend/server/inventory/inventory.queries.ts';
import type { Ctx } from '@fleetmend/server/platform/context.ts';
import { openDatabase } from '@fleetmend/server/platform/database.ts';
import { migrateJobs } from '@fleetmend/server/platform/jobs.ts';
import { openLog } from '@fleetmend/server/platform/log.ts';
import { migrate } from '@fleetmend/server/platform/migrate.ts';
import { startPostgres } from '@fleetmend/server/platform/postgres/start-postgres.ts';
import { hasSshd, startTestSshd, type TestSshd } from '../packages/server/test/test-sshd.ts';
import { type Bench, exactly, type Result, timesLess, told } from './report.ts';

const ALIASES = 40;
const FORKS = 20;
const WARM_ROUNDS = 5;
const PEER = 'ansible package_facts';

let versionNotes: Record<string, string> = {};

export const bench: Bench = {
  about: `inventory of ${ALIASES} SSH aliases of one loopback sshd without an agent, beside ansible -m package_facts (${FORKS} forks, pipelining)`,
  versions: () => versionNotes,
  async run({ note }) {
    const ansible = spawnSync('ansible', ['--version'], { encoding: 'utf8' });
    if (!hasSshd || ansible.status !== 0 || !existsSync('/usr/lib/python3/dist-packages/apt'))
      throw new Error('This needs, on Debian or Ubuntu: apt-get install openssh-server ansible-core python3-apt');
    const folder = await mkdtemp(join(tmpdir(), 'fleetmend-agentless-'));
    const keys = join(folder, 'key.pub');
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
    // Ansible sends all aliases through one connection: let it open as many sessions on it as it likes.
    const sshd = await startTestSshd([`AuthorizedKeysFile ${keys}`, 'MaxSessions 200']);
    try {
      versionNotes = {
        ansible: /core ([0-9.]+)/.exec(ansible.stdout)?.[1] ?? '',
        openssh: spawnSync('ssh', ['-V'], { encoding: 'utf8' }).stderr.split(',')[0] ?? '',
      };
      const ours = await measureOurs(folder, sshd, note);
      const theirs = await measureAnsible(folder, sshd, note);
      return compare(ours, theirs);
    } finally {
      await sshd.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Measured {
  cold: number;
  warm: number;
  /** What each alias has: `name version architecture`, sorted. */
  lists: string[][];
}
type Ours = Measured & { hosts: readonly SshHostRow[]; postgres: string };

/** The use case that the server's job runs, on a durable PostgreSQL: nothing is known of any alias when it begins. */
async function measureOurs(folder: string, sshd: TestSshd, note: (text: string) => void): Promise<Ours> {
  note('starting PostgreSQL, adding the aliases');
  const postgres = await startPostgres({ dataDir: folder, env: { ...process.env, DATABASE_URL: '' } });
  await migrate(postgres.url);
  const { db, pool, close } = openDatabase(postgres.url);
  const means: SshMeans = { logins: openSshLogins(), quotas: new Map() };
  const ctx = (): Ctx => ({
    db,
    actor: { kind: 'system', label: 'bench' },
    now: new Date(),
    log: openLog('error'),
    settings: {
      origin: 'http://localhost',
      rp_id: 'localhost',
      data_dir: folder,
      check_in_seconds: 300,
      webhook_allow: [],
    },
    request_id: null,
  });
  try {
    await migrateJobs(pool);
    await sshd.trust((await openSshAuthority(db, folder)).publicKey);
    const at = { address: '127.0.0.1', port: sshd.port, user_name: sshd.user };
    const key = await scanHostKey(at);
    for (let i = 0; i < ALIASES; i++) {
      const asset = `host_${String(i).padStart(2, '0')}`;
      const host = { ...at, asset, name: asset, expected_fingerprint: null, added_by: 'bench' };
      await insertSshHost(db, host, {}, new Date());
      await confirmKeyRow(db, { asset, key, by: 'bench' }, new Date());
    }
    const round = async () => {
      const hosts = await listSshHostRows(db, null, ALIASES);
      const began = performance.now();
      await readSshHosts(ctx(), means, hosts);
      return (performance.now() - began) / 1000;
    };
    note('ours, cold');
    const cold = await round();
    note('ours, warm');
    let warm = 0;
    for (let i = 0; i < WARM_ROUNDS; i++) warm += (await round()) / WARM_ROUNDS;
    const hosts = await listSshHostRows(db, null, ALIASES);
    const lists = [];
    for (const { asset } of hosts) {
      const found = await listSoftware(db, { asset, at: null, search: '', after: null, limit: 100_000 });
      lists.push(found.map(({ name, version, architecture }) => `${name} ${version} ${architecture}`).sort());
    }
    return { cold, warm, lists, hosts, postgres: postgres.version };
  } finally {
    means.logins.close();
    await close();
    await postgres.stop();
  }
}

/** As its own documentation tunes it; the second run finds its connections open. */
async function measureAnsible(folder: string, sshd: TestSshd, note: (text: string) => void): Promise<Measured> {
  const names = Array.from({ length: ALIASES }, (_, i) => `alias${String(i).padStart(2, '0')}`);
  const inventory = join(folder, 'inventory.ini');
  const variables = `ansible_host=127.0.0.1 ansible_port=${sshd.port} ansible_user=${sshd.user} ansible_python_interpreter=/usr/bin/python3`;
  await writeFile(inventory, names.map((name) => `${name} ${variables}\n`).join(''));
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    LC_ALL: 'C.UTF-8',
    ANSIBLE_PIPELINING: '1',
    ANSIBLE_HOST_KEY_CHECKING: '0',
    ANSIBLE_LOCAL_TEMP: join(folder, 'local'),
    ANSIBLE_SSH_CONTROL_PATH_DIR: join(folder, 'cp'),
    ANSIBLE_SSH_ARGS: '-C -o ControlMaster=auto -o ControlPersist=600s -o UserKnownHostsFile=/dev/null',
  };
  const tree = join(folder, 'tree');
  const run = async () => {
    const key = join(folder, 'key');
    const args = [
      'all',
      '-i',
      inventory,
      '-m',
      'package_facts',
      '-a',
      'manager=apt',
      '-f',
      String(FORKS),
      '--private-key',
      key,
      '-t',
      tree,
    ];
    const began = performance.now();
    await runQuietly('ansible', args, env);
    return (performance.now() - began) / 1000;
  };
  note('ansible, cold');
  const cold = await run();
  note('ansible, warm');
  const warm = await run();
  const lists = [];
  for (const name of (await readdir(tree)).sort()) lists.push(packagesOf(await readFile(join(tree, name), 'utf8')));
  return { cold, warm, lists };
}

function runQuietly(program: string, args: readonly string[], env: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { env, maxBuffer: 2 ** 30 }, (error, _stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`${program}: ${stderr.slice(0, 2000) || error.message}`));
    });
  });
}

function packagesOf(text: string): string[] {
  interface Fact {
    name: string;
    version: string;
    arch: string;
  }
  const { ansible_facts } = JSON.parse(text) as { ansible_facts: { packages: Record<string, Fact[]> } };
  const facts = Object.values(ansible_facts.packages).flat();
  return facts.map(({ name, version, arch }) => `${name} ${version} ${arch}`).sort();
}

function compare(ours: Ours, theirs: Measured): Result[] {
  const [theirOwn = []] = theirs.lists;
  const isSame = (list: readonly string[]) => list.length > 0 && list.join('\n') === theirOwn.join('\n');
  const different = [...ours.lists, ...theirs.lists].filter((list) => !isSame(list)).length;
  const sum = (count: (host: SshHostRow) => number) => ours.hosts.reduce((total, host) => total + count(host), 0);
  versionNotes = { ...versionNotes, postgresql: ours.postgres, packages: String(theirOwn.length) };
  return [
    exactly(ALIASES, { metric: 'aliases that ansible has read', value: theirs.lists.length, unit: 'aliases' }),
    exactly(0, { metric: 'aliases whose list is another than the peer’s', value: different, unit: 'aliases' }),
    exactly(ALIASES, { metric: 'logins for all rounds', value: sum(({ logins }) => logins), unit: 'logins' }),
    exactly(ALIASES, { metric: 'readings of everything', value: sum((host) => host.whole_reads), unit: 'readings' }),
    told({ metric: 'readings', value: sum(({ reads }) => reads), unit: 'readings' }),
    timesLess(8, { metric: 'cold', value: ours.cold, unit: 's' }, { name: PEER, value: theirs.cold }),
    timesLess(40, { metric: 'warm', value: ours.warm, unit: 's' }, { name: PEER, value: theirs.warm }),
  ];
}
