import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '@fleetmend/server/platform/test-database.ts';
import { buildAgent } from '../../scripts/build-agent.ts';
import { type Host, startHost } from '../lab/host.ts';
import { createRepository, type Repository } from '../lab/repository.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

/** A server in its own process, a signed repository, and hosts booted from real Debian images. */
export interface LabFleet {
  server: ServerProcess;
  repository: Repository;
  /** Boots a host that has the packages installed, and the agent beside them but not enrolled. */
  bootHost(name: string, packages: readonly string[]): Promise<Host>;
  /** Enrols a host as its administrator would: the installer, a code, the root to trust. */
  enrol(host: Host, code: string, rootDigest: string): Promise<void>;
  close(): Promise<void>;
}

export async function startLabFleet(): Promise<LabFleet> {
  const database = await createTestDatabase();
  const work = mkdtempSync(join(tmpdir(), 'fleetmend-e2e-'));
  const [bundle, repository] = await Promise.all([buildAgent(join(work, 'agent')), createRepository()]);
  const server = await startServerProcess({
    databaseUrl: database.url,
    dataDir: work,
    checkInSeconds: 1,
    logLevel: 'error',
  });
  const hosts: Host[] = [];
  return {
    server,
    repository,
    async bootHost(name, packages) {
      const host = await startHost({ name, sources: repository.sources, binds: { '/srv/fleetmend-agent': bundle } });
      hosts.push(host);
      mkdirSync(join(host.root, 'etc/fleetmend'), { recursive: true });
      writeFileSync(join(host.root, 'etc/fleetmend/agent.env'), 'FLEETMEND_LISTS_REFRESH_SECONDS=2\n');
      await host.must(['apt-get', '-q', 'update']);
      await host.must(['apt-get', '-qy', 'install', ...packages]);
      return host;
    },
    async enrol(host, code, rootDigest) {
      const install = ['sh', '/srv/fleetmend-agent/install.sh', server.url, '--root', `sha256:${rootDigest}`];
      await host.must(['env', `FLEETMEND_ENROL_CODE=${code}`, ...install]);
    },
    async close() {
      for (const host of hosts) await host.destroy();
      await server.stop();
      await repository.close();
      await database.drop();
      rmSync(work, { recursive: true, force: true });
    },
  };
}

/** The versions whose maintainer script has run, one line a run: proof that nothing ran twice. */
export async function runsOf(host: Host, name: string): Promise<string[]> {
  const { stdout } = await host.exec(['cat', `/var/lib/${name}/runs`]);
  return stdout.split('\n').filter((line) => line !== '');
}

export async function versionOf(host: Host, name: string): Promise<string> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
  const { stdout } = await host.exec(['dpkg-query', '-W', '-f', '${Version} ${db:Status-Abbrev}', name]);
  return stdout.trim();
}
