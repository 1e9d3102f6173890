import { Problem } from '@fleetmend/api/problems.ts';
import { recordAudit } from '../../audit/record-audit.ts';
import type { Given } from '../../platform/bind.ts';
import { type Ctx, emit, enqueue } from '../../platform/context.ts';
import { newId } from '../../platform/id.ts';
import { recordAssetEvent } from '../inventory.store.ts';
import { confirmKeyRow, insertSshHost, readSshHostRow, type SshHostRow } from './ssh-host.store.ts';
import { fingerprintOf } from './ssh-host-key.ts';

/** Adds a machine to read over SSH, and asks for its first contact. @throws Problem `name-taken` */
export async function addSshHost(ctx: Ctx, given: Given<'addSshHost'>['body']): Promise<SshHostRow> {
  const { address, port, user_name, name = address, fingerprint = null, labels } = given;
  if ((await readSshHostRow(ctx.db, name)) !== null)
    throw new Problem('name-taken', `A machine that is read over SSH is called ${name} already; give this one a name.`);
  const asset = newId('host', ctx.now);
  const host = { asset, name, address, port, user_name, expected_fingerprint: fingerprint, added_by: ctx.actor.label };
  await insertSshHost(ctx.db, host, labels, ctx.now);
  await requestRead(ctx, asset);
  await recordAssetEvent(ctx, asset, 'enrolled', `${ctx.actor.label} added it, to be read over SSH.`);
  await recordAudit(ctx, {
    verb: 'asset.add-ssh',
    object: `asset/${asset}`,
    detail: { name, address, port, user_name, fingerprint },
  });
  await emit(ctx, 'asset.enrolled', { asset, hostname: name });
  return findSshHost(ctx, asset);
}

/** @throws Problem `not-found` */
export async function findSshHost(ctx: Ctx, idOrName: string): Promise<SshHostRow> {
  const host = await readSshHostRow(ctx.db, idOrName);
  if (host === null) throw new Problem('not-found', `No machine "${idOrName}" is read over SSH.`);
  return host;
}

/** Asks for a machine to be read at once; requests that wait are one. */
export async function requestRead(ctx: Pick<Ctx, 'db'>, asset: string): Promise<void> {
  await enqueue(ctx, 'inventory.read-ssh-host', { asset }, { key: `ssh:${asset}` });
}

/**
 * Makes the host key that a machine shows the one that counts, on the word of a person who has compared its fingerprint.
 * @throws Problem `not-found`, `state-conflict` when it shows none that waits, `precondition-failed` when it is another one
 */
export async function confirmHostKey(ctx: Ctx, idOrName: string, fingerprint: string): Promise<SshHostRow> {
  const host = await findSshHost(ctx, idOrName);
  const { asset, seen_key: key, host_key } = host;
  if (key === null) throw new Problem('state-conflict', `${host.name} shows no host key that waits to be confirmed.`);
  const shown = fingerprintOf(key);
  if (shown !== fingerprint)
    throw new Problem('precondition-failed', `${host.name} shows ${shown} now; compare it again.`);
  await confirmKeyRow(ctx.db, { asset, key, by: ctx.actor.label }, ctx.now);
  await requestRead(ctx, asset);
  await recordAssetEvent(ctx, asset, 'ssh', `${ctx.actor.label} confirmed the host key ${shown}.`);
  await recordAudit(ctx, {
    verb: 'asset.confirm-host-key',
    object: `asset/${asset}`,
    detail: { name: host.name, fingerprint, before: host_key === null ? null : fingerprintOf(host_key) },
  });
  return findSshHost(ctx, asset);
}
