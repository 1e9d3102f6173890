import { existsSync } from 'node:fs';
import { applierFolder } from './applier/applier-folder.ts';
import { readBinding, readPin } from './applier/trust.ts';
import type { AgentFolder } from './networked/agent-folder.ts';
import { applierClient, applierSocketPath } from './networked/applier-client.ts';
import { readHold } from './networked/hold.ts';
import { loadHostKey, readIdentity, readSuccessions } from './networked/identity.ts';
import { joinManagers } from './package-managers/join-managers.ts';
import { findPackageManagers, knownPackageManagers } from './package-managers/registry.ts';
import { trustOwnAuthorities } from './platform/trust-authorities.ts';

export interface Finding {
  is_good: boolean;
  text: string;
}

async function checkServer(server: string): Promise<Finding> {
  try {
    trustOwnAuthorities();
    const response = await fetch(server, { redirect: 'manual', signal: AbortSignal.timeout(10_000) });
    await response.body?.cancel();
    const skew = Math.round((Date.parse(response.headers.get('date') ?? '') - Date.now()) / 1000);
    if (Math.abs(skew) > 120)
      return {
        is_good: false,
        text: `The clocks differ by ${Math.abs(skew)} s, and windows of changes are judged by this one. Set the time on this machine.`,
      };
    return { is_good: true, text: `The server at ${server} answers.` };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return { is_good: false, text: `The server at ${server} does not answer: ${cause}` };
  }
}

async function checkApplier(folder: AgentFolder): Promise<Finding[]> {
  const identity = readIdentity(folder);
  if (identity === null) return [];
  const { asset, organization } = identity;
  const hello = await applierClient(applierSocketPath()).hello(
    { asset, organization, key: loadHostKey(folder).id, successions: readSuccessions(folder) },
    [],
  );
  if (hello === null)
    return [{ is_good: true, text: 'This machine only observes: no root half answers (fleetmend-applier.service).' }];
  if (hello.problem !== null) return [{ is_good: false, text: `The root half refuses: ${hello.problem}` }];
  if (hello.pinned === null)
    return [
      {
        is_good: true,
        text: 'This machine only observes: no trust root is pinned. As root: fleetmend-agent trust sha256:…',
      },
    ];
  const version =
    hello.root_version === null
      ? 'and waits to hear of it from the server'
      : `and follows version ${hello.root_version}`;
  return [{ is_good: true, text: `The root half runs, is pinned to sha256:${hello.pinned.slice(0, 16)}… ${version}.` }];
}

async function checkPackages(folder: AgentFolder): Promise<Finding[]> {
  const plugins = await findPackageManagers();
  if (plugins.length === 0)
    return [
      { is_good: false, text: `No package manager this agent knows was found (it knows ${knownPackageManagers()}).` },
    ];
  const manager = joinManagers(plugins);
  const installed = await manager.listInstalled();
  const lists = manager.readListsStatus(folder.path);
  const findings: Finding[] = [
    { is_good: true, text: `${installed.software.length} packages are installed (${manager.id}).` },
  ];
  if (installed.unfinished.length > 0) {
    findings.push({
      is_good: false,
      text: `Left half way by an interrupted run: ${installed.unfinished.join(', ')}.`,
    });
  }
  const words =
    lists.refreshed_at === null
      ? 'The agent has not fetched package lists yet; it reads the system’s.'
      : `Package lists are of ${lists.refreshed_at}.`;
  findings.push({
    is_good: lists.error === null,
    text: lists.error === null ? words : `${words} The last refresh failed: ${lists.error}`,
  });
  return findings;
}

function checkRoot(): Finding[] {
  if (process.getuid?.() !== 0 || !existsSync(process.env['FLEETMEND_APPLIER_STATE'] ?? '/var/lib/fleetmend-applier'))
    return [];
  const folder = applierFolder();
  const binding = readBinding(folder);
  return [
    {
      is_good: true,
      text: `Root's record: pinned to ${readPin(folder) ?? 'nothing'}, bound to ${binding?.asset ?? 'no asset yet'}.`,
    },
  ];
}

/** Looks at everything that has to be right on this machine and says it in sentences. */
export async function diagnose(folder: AgentFolder): Promise<Finding[]> {
  const identity = readIdentity(folder);
  const enrolled: Finding =
    identity === null
      ? {
          is_good: false,
          text: 'This machine is not enrolled. fleetmend-agent enrol --server https://… with the code on standard input.',
        }
      : {
          is_good: true,
          text: `Enrolled at ${identity.server} as ${identity.asset} (organisation ${identity.organization}).`,
        };
  const server = identity === null ? [] : [await checkServer(identity.server)];
  const held = readHold(folder);
  if (held !== null) server.push({ is_good: false, text: held });
  return [enrolled, ...server, ...(await checkPackages(folder)), ...(await checkApplier(folder)), ...checkRoot()];
}
