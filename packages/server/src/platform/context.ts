import type { Permission } from '@fleetmend/api/endpoint.ts';
import type { EventName } from '@fleetmend/api/notifications.ts';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { Db } from './database.ts';

/** Who acts: a person, a person's token, a host, or the server itself. `label` is what the audit log shows. */
export type Actor =
  | {
      kind: 'person';
      person: string;
      name: string;
      label: string;
      permissions: ReadonlySet<Permission>;
      token: string | null;
    }
  | { kind: 'host'; asset: string; label: string }
  | { kind: 'system'; label: string };

/** What the server knows of itself from its start to its end. */
export interface Settings {
  /** Where people reach it: `https://patch.example.org`; passkeys are bound to it. */
  origin: string;
  rp_id: string;
  data_dir: string;
  /** Seconds between two check-ins of an idle host. */
  check_in_seconds: number;
  /** CIDRs a webhook may reach although they are internal. */
  webhook_allow: readonly string[];
}

/** All that a use case needs; one transaction per mutating request or job is `db`. */
export interface Ctx {
  db: Db;
  actor: Actor;
  now: Date;
  log: Logger;
  settings: Settings;
  request_id: string | null;
}

/** What a job may be asked for beside its payload. */
export interface JobOptions {
  /** Jobs of one key wait as one: the later replaces the earlier. */
  key?: string;
  run_at?: Date;
  /** Jobs of one queue run one after the other. */
  queue?: string;
}

/** Hands work downstream: it commits, or is forgotten, with the caller's transaction. */
export async function enqueue(
  ctx: Pick<Ctx, 'db'>,
  job: string,
  payload: object,
  options: JobOptions = {},
): Promise<void> {
  await sql`SELECT graphile_worker.add_job(${job}, payload => ${JSON.stringify(payload)}::json,
    job_key => ${options.key ?? null}, run_at => ${options.run_at ?? null}::timestamptz,
    queue_name => ${options.queue ?? null}, max_attempts => 12)`.execute(ctx.db);
}

/** Tells the world that something happened. Subscribers (notifications) run as a job once this transaction has committed. */
export async function emit(ctx: Ctx, event: EventName, data: Record<string, unknown>): Promise<void> {
  await enqueue(ctx, 'platform.event', { event, at: ctx.now.toISOString(), data });
}

/** Wakes whoever listens to a subject (`rollout:RO-1`) in any server process, after commit. */
export async function wake(ctx: Pick<Ctx, 'db'>, subject: string): Promise<void> {
  await sql`SELECT pg_notify('fleetmend', ${subject})`.execute(ctx.db);
}

/** The same for many subjects. */
export async function wakeEach(ctx: Pick<Ctx, 'db'>, subjects: readonly string[]): Promise<void> {
  await sql`SELECT pg_notify('fleetmend', subject) FROM unnest(${[...subjects]}::text[]) AS t (subject)`.execute(
    ctx.db,
  );
}
