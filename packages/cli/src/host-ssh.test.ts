import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../server/test/test-server.ts';
import { hasSshd, startTestSshd, type TestSshd } from '../../server/test/test-sshd.ts';
import { type Run, runCli, scratchFolder } from './test-io.ts';

describe.skipIf(!hasSshd)('a machine without an agent, from a terminal', () => {
  const scratch = scratchFolder();
  let fleet: TestServer;
  let sshd: TestSshd;
  beforeAll(async () => {
    fleet = await startTestServer();
    sshd = await startTestSshd();
    const { data } = await fleet.admin('listPeople', {});
    const { sign_in_url } = await fleet.admin('renewSignInLink', { params: { id: data[0]?.id ?? '' } });
    await cli(['login'], sign_in_url.replace('http://localhost:7600', fleet.url));
  });
  afterAll(async () => {
    await fleet.close();
    await sshd.close();
    scratch.remove();
  });

  function cli(args: string[], stdin?: string): Promise<Run> {
    return runCli(args, { env: { XDG_CONFIG_HOME: scratch.path }, ...(stdin === undefined ? {} : { stdin }) });
  }

  test('set up, add, compare, confirm, scan', async () => {
    const setup = await cli(['host', 'ssh-setup']);
    expect(setup.out).toContain('Match User fleetmend\n    TrustedUserCAKeys');
    await sshd.trust(/ssh-ed25519 [A-Za-z0-9+/=]+ fleetmend/.exec(setup.out)?.[0] ?? '');
    const options = ['--port', String(sshd.port), '--user', sshd.user, '--name', 'appliance'];
    const added = await cli(['host', 'add-ssh', '127.0.0.1', 'env=lab', ...options]);
    expect(added).toMatchObject({ code: 0 });
    expect(added.out).toContain('State\tunconfirmed');
    expect(added.err).toContain(`fleetmend host confirm-key appliance ${sshd.fingerprint}`);
    expect((await cli(['host', 'confirm-key', 'appliance', `SHA256:${'A'.repeat(43)}`])).code).not.toBe(0);
    expect((await cli(['host', 'confirm-key', 'appliance', sshd.fingerprint])).out).toContain('State\treading');
    expect((await cli(['host', 'scan', 'appliance'])).out).toContain('Readings\t2, 1 of them whole, in 1 logins');
    expect((await cli(['host', 'list-ssh'])).out).toContain(`appliance\treading\t${sshd.user}@127.0.0.1:${sshd.port}`);
    const { id } = JSON.parse((await cli(['host', 'scan', 'appliance', '--json'])).out);
    expect((await cli(['host', 'show', id])).out).toContain('Agent\tnone: read over SSH');
    for (const port of ['0', '65536', '-1', '22x', ''])
      expect((await cli(['host', 'add-ssh', 'h', '--port', port])).code).not.toBe(0);
  });
});
