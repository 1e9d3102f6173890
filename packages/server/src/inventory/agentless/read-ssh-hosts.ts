import { hash } from 'node:crypto';
import { Problem } from '@fleetmend/api/problems.ts';
import { readerScript } from '@fleetmend/domain/inventory/agentless/reader-script.ts';
import { SSH_PROBLEMS } from '@fleetmend/domain/inventory/agentless/ssh-problem.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { recordAudit } from '../../audit/record-audit.ts';
import { inBatches } from '../../platform/batch.ts';
import type { Ctx } from '../../platform/context.ts';
import { writeSeen } from '../host.store.ts';
import { openQuota, type Quota } from '../host-quota.ts';
import { recordAssetEvents } from '../report.store.ts';
import { openSoftwareLibrary } from '../software-library.ts';
import { type HostReport, takeReports } from '../take-reports.ts';
import { scanHostKey } from './scan-host-key.ts';
import { openSshAuthority, type SshAuthority } from './ssh-authority.ts';
import { SshFailure } from './ssh-connection.ts';
import { confirmKeyRow, type SshHostRow, type SshTry, writeTries } from './ssh-host.store.ts';
import { fingerprintOf } from './ssh-host-key.ts';
import type { SshLogins } from './ssh-logins.ts';
import { takeAnswer } from './take-answer.ts';

/** What readings of one server process share. */
export interface SshMeans {
  logins: SshLogins;
  quotas: Map<string, Quota>;
}

/** At once: each is a process, and a machine that does not answer holds its place for seconds. */
const AT_ONCE = 20;
const PER_COMMIT = 64;
const MAX_DETAIL = 1000;

/** Another reader is another digest, so that a new one reads every machine whole once. */
const READER = readerScript(hash('sha256', readerScript(''), 'hex').slice(0, 16));

interface Outcome {
  host: SshHostRow;
  tried: SshTry;
  report: HostReport | null;
}

/**
 * Reads machines over SSH, some at once, and takes what they say as reports of agents are taken; `ctx.db` is no transaction.
 * What cannot be read says why, and is tried again when it is due.
 */
export async function readSshHosts(ctx: Ctx, means: SshMeans, hosts: readonly SshHostRow[]): Promise<void> {
  const authority = await openSshAuthority(ctx.db, ctx.settings.data_dir);
  const library = openSoftwareLibrary(ctx.db);
  const record = inBatches<Outcome, void>(PER_COMMIT, async (outcomes) => {
    await recordOutcomes(ctx, outcomes);
    library.remember(outcomes.flatMap(({ report }) => report?.set ?? []));
    return outcomes.map(() => undefined);
  });
  const waiting = [...hosts];
  const work = async () => {
    for (let host = waiting.shift(); host !== undefined; host = waiting.shift())
      await record(await tryHost(ctx, { ...means, authority, library }, host));
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, hosts.length) }, work));
}

type Tools = SshMeans & { authority: SshAuthority; library: ReturnType<typeof openSoftwareLibrary> };

async function tryHost(ctx: Ctx, tools: Tools, host: SshHostRow): Promise<Outcome> {
  const nothing: SshTry = {
    asset: host.asset,
    problem: null,
    detail: null,
    seen_key: null,
    is_login: false,
    is_read: false,
    whole: null,
  };
  try {
    if (host.host_key !== null) return await readHost(ctx, tools, { ...host, host_key: host.host_key }, nothing);
    const seen_key = await scanHostKey(host);
    if (fingerprintOf(seen_key) !== host.expected_fingerprint)
      return { host, tried: { ...nothing, seen_key }, report: null };
    await confirmExpected(ctx, host, seen_key);
    return await readHost(ctx, tools, { ...host, host_key: seen_key }, nothing);
  } catch (error) {
    const { problem, detail } = asFailure(error);
    const shown = problem === 'host-key-changed' ? await scanHostKey(host).catch(() => null) : null;
    // What waits for a person goes on waiting although the machine cannot be reached now.
    const seen_key = shown ?? host.seen_key;
    return { host, tried: { ...nothing, problem, detail: hostLine(detail, MAX_DETAIL), seen_key }, report: null };
  }
}

async function readHost(
  ctx: Ctx,
  { logins, quotas, authority, library }: Tools,
  host: SshHostRow & { host_key: string },
  nothing: SshTry,
): Promise<Outcome> {
  const claim = { key_id: `fleetmend ${host.asset}`, principal: host.user_name, command: READER };
  const issue = () => authority.issue({ ...claim, now: new Date() });
  const { address, port, user_name, host_key } = host;
  const target = { address, port, user_name, host_key };
  const { reply, isNew } = await logins.ask({ asset: host.asset, target, issue }, host.digest);
  const tried = { ...nothing, is_login: isNew, is_read: true };
  if (reply.kind === 'same') return { host, tried, report: null };
  const quota = quotas.get(host.asset) ?? openQuota();
  quotas.set(host.asset, quota);
  const report = await takeAnswer(ctx, library, { id: host.asset, quota }, reply.text);
  const whole = { digest: reply.digest, machine_id: report.facts.machine_id };
  return { host, tried: { ...tried, whole }, report };
}

/** The fingerprint was given with the machine: whoever gave it has compared it. */
async function confirmExpected(ctx: Ctx, host: SshHostRow, key: string): Promise<void> {
  await ctx.db.transaction().execute(async (db) => {
    await confirmKeyRow(db, { asset: host.asset, key, by: host.added_by }, ctx.now);
    const detail = { name: host.name, fingerprint: fingerprintOf(key), given_by: host.added_by };
    await recordAudit({ ...ctx, db }, { verb: 'asset.confirm-host-key', object: `asset/${host.asset}`, detail });
  });
}

function asFailure(error: unknown): Pick<SshFailure, 'problem' | 'detail'> {
  if (error instanceof SshFailure) return error;
  if (error instanceof Problem) return { problem: 'answer-too-large', detail: error.message };
  throw error;
}

/** Writes what came of some tries in one transaction: reports, what was seen unchanged, and what went wrong since when. */
async function recordOutcomes(ctx: Ctx, outcomes: readonly Outcome[]): Promise<void> {
  const now = new Date();
  const sorted = outcomes.toSorted((a, b) => (a.host.asset < b.host.asset ? -1 : 1));
  const reports = sorted.flatMap(({ report }) => report ?? []);
  const same = sorted.filter(({ tried }) => tried.is_read && tried.whole === null);
  await ctx.db.transaction().execute(async (db) => {
    if (reports.length > 0) await takeReports({ db, now }, reports);
    const seen = same.map(({ host: { asset } }) => ({ asset, at: now, is_confirmed: true }));
    if (seen.length > 0) await writeSeen(db, seen);
    await writeTries(
      db,
      sorted.map(({ tried }) => tried),
      now,
    );
    const events = sorted.flatMap(eventOf);
    if (events.length > 0) await recordAssetEvents(db, events, now);
  });
}

/** A line for the timeline when a machine begins or ceases to be readable. */
function eventOf({ host, tried }: Outcome): { asset: string; kind: string; text: string }[] {
  const { asset, problem } = tried;
  const event = (text: string) => [{ asset, kind: 'ssh', text }];
  if (problem !== null && problem !== host.problem) return event(SSH_PROBLEMS[problem]);
  if (problem === null && host.problem !== null && tried.is_read) return event('It can be read over SSH again.');
  const isNewKey = tried.seen_key !== null && tried.seen_key !== host.seen_key;
  return isNewKey ? event(`It shows the host key ${fingerprintOf(tried.seen_key ?? '')}.`) : [];
}
