import { serverKeyDigest } from '@fleetmend/api/host-session.ts';
import { readAgentArchives } from '../platform/agent-archives.ts';
import type { Ctx } from '../platform/context.ts';
import { readCurrentRoot } from './trust-root.queries.ts';

/**
 * What is pasted on a machine to enrol it: it downloads the agent from here, proves its digest, and runs its installer,
 * which can be read before. Whom the machine trusts comes with the paste, not from the network: the server's key by its
 * digest (whoever answers with another is refused), and the root in force where there is one. The code goes in by standard
 * input, since every process can read another's arguments. Before the agent has been built here, the installer is run
 * from a folder that was copied by hand.
 */
export async function enrolCommand(
  ctx: Ctx,
  { id, code, server_key, is_again }: { id: string; code: string; server_key: string; is_again: boolean },
): Promise<string> {
  const current = await readCurrentRoot(ctx.db);
  const trusted = [
    ctx.settings.origin,
    ...(is_again ? ['--again'] : []),
    `--server-key ${serverKeyDigest(server_key)}`,
    ...(current === null ? [] : [`--root sha256:${current.digest}`]),
  ];
  const install = (script: string) => [`sudo sh ${script} ${trusted.join(' ')} <<'CODE'`, code, 'CODE'].join('\n');
  const archives = await readAgentArchives();
  const archive = archives.find(({ architecture }) => architecture === process.arch) ?? archives[0];
  if (archive === undefined) return install('install.sh');
  const { name, sha256 } = archive;
  return [
    `curl -fsSo ${name} '${ctx.settings.origin}/agent/${name}?code=${id}' &&`,
    `echo '${sha256}  ${name}' | sha256sum --quiet -c - &&`,
    `tar -xzf ${name} &&`,
    install('fleetmend-agent/install.sh'),
  ].join('\n');
}

/** The command that lets an enrolled machine follow a root. */
export function pinCommand(digest: string): string {
  return `sudo fleetmend-agent trust sha256:${digest}`;
}
