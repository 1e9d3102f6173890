import { randomUUID } from 'node:crypto';
import type { Output } from '@fleetmend/api/client.ts';
import type { Command } from 'commander';
import { type Cli, note } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { readSeconds } from '../duration.ts';
import { openClient } from '../open-client.ts';
import { type PageOptions, pageOptions, printPages } from '../pages.ts';
import { printFields, printJson, printLine, printTable } from '../print.ts';
import { noteBlockers, problemOf } from '../report-error.ts';
import { visibleText } from '../visible-text.ts';
import type { Rollout } from '../watch-rollout.ts';

const VERBS = {
  pause: { endpoint: 'pauseRollout', says: 'start nothing more; machines in flight finish' },
  resume: { endpoint: 'resumeRollout', says: 'go on' },
  stop: { endpoint: 'stopRollout', says: 'end it where it stands' },
  rollback: { endpoint: 'rollBackRollout', says: 'take back what was installed, as the change planned it' },
  retry: { endpoint: 'retryRollout', says: 'try the failed machines again' },
} as const;
type Verb = keyof typeof VERBS;

export function register(program: Command, cli: Cli): void {
  const rollout = program.command('rollout').description('approved changes being shipped');
  watchOptions(rollout.command('start <change>'))
    .description('start an approved change')
    .action((change: string, options: WatchOptions) => start(cli, change, options));
  pageOptions(rollout.command('list'))
    .description('rollouts, newest first')
    .option('--state <state>', 'running, paused, succeeded, …')
    .action((options: PageOptions & { state?: Rollout['state'] }) => list(cli, options));
  rollout
    .command('show <rollout>')
    .description('one rollout: rings, gates, machines')
    .action((id: string) => show(cli, id));
  rollout
    .command('watch <rollout>')
    .description('follow it to its end; ends with 6 when it or a gate failed, with 7 after --timeout')
    .option('--timeout <time>', 'give up after this, as 30m')
    .action((id: string, options: WatchOptions) => watch(cli, id, { options, aim: 'succeeded' }));
  for (const [verb, { says }] of Object.entries(VERBS) as [Verb, { says: string }][]) {
    watchOptions(rollout.command(`${verb} <rollout>`))
      .description(says)
      .option('--reason <text>', 'why', '')
      .action((id: string, options: WatchOptions & { reason: string }) => operate(cli, id, verb, options));
  }
  rollout
    .command('logs <rollout> [host]')
    .description('what the package manager said, line by line')
    .action((id: string, host: string | undefined) => printLogs(cli, id, host));
}

interface WatchOptions {
  watch?: boolean;
  timeout?: string;
}

function watchOptions(command: Command): Command {
  return command
    .option('--watch', 'and follow it to its end')
    .option('--timeout <time>', 'with --watch, give up after this, as 30m');
}

async function start(cli: Cli, id: string, options: WatchOptions): Promise<void> {
  const call = await openClient(cli);
  try {
    const rollout = await call('startRollout', { body: { change: id }, idempotencyKey: randomUUID() });
    await printOrWatch(cli, rollout, { options, aim: 'succeeded' });
  } catch (error) {
    if (problemOf(error)?.code !== 'state-conflict') throw error;
    // Why it cannot start is data of the change: approvals missing, a window closed, machines that only observe.
    const change = await call('readChange', { params: { id } });
    const problem = problemOf(error);
    throw new CliError('blocked', problem?.detail ?? `${id} cannot start`, {
      blockedBy: change.blocked_by,
      fix: change.next_step,
      requestId: problem?.instance,
    });
  }
}

async function operate(cli: Cli, id: string, verb: Verb, options: WatchOptions & { reason: string }): Promise<void> {
  const call = await openClient(cli);
  const rollout = await call(VERBS[verb].endpoint, {
    params: { id },
    idempotencyKey: randomUUID(),
    body: { reason: options.reason },
  });
  await printOrWatch(cli, rollout, { options, aim: verb === 'rollback' ? 'rolled_back' : 'succeeded' });
}

interface Watch {
  options: WatchOptions;
  /** The end that counts as success. */
  aim: Rollout['state'];
}

async function printOrWatch(cli: Cli, rollout: Rollout, watching: Watch): Promise<void> {
  if (watching.options.watch === true) return watch(cli, rollout.id, watching);
  printRollout(cli, rollout);
}

async function watch(cli: Cli, id: string, { options, aim }: Watch): Promise<void> {
  const timeoutSeconds = options.timeout === undefined ? null : readSeconds(options.timeout);
  const { watchRollout } = await import('../watch-rollout.ts');
  const call = await openClient(cli);
  const rollout = await watchRollout(cli, call, { id, timeoutSeconds });
  if (rollout.state !== aim) cli.exit = 'failed';
  note(cli, visibleText(rollout.sentence));
  noteBlockers(cli, rollout.blocked_by);
}

async function list(cli: Cli, { state, ...options }: PageOptions & { state?: Rollout['state'] }): Promise<void> {
  const call = await openClient(cli);
  await printPages(cli, options, (query) => call('listRollouts', { query: { ...query, state } }), [
    { title: 'ROLLOUT', value: (row) => row.id },
    { title: 'STATE', value: (row) => ({ state: row.state }) },
    { title: 'CHANGE', value: (row) => row.change },
    { title: 'TITLE', isExtra: true, value: (row) => row.title },
    { title: 'STARTED', value: (row) => ({ instant: row.started_at }) },
    { title: 'ENDED', isExtra: true, value: (row) => ({ instant: row.finished_at }) },
    { title: 'SAYS', value: (row) => row.sentence },
  ]);
}

async function show(cli: Cli, id: string): Promise<void> {
  const call = await openClient(cli);
  printRollout(cli, await call('readRollout', { params: { id } }));
}

function printRollout(cli: Cli, rollout: Output<'readRollout'>): void {
  if (cli.options().json === true) return printJson(cli, rollout);
  printFields(cli, [
    ['Rollout', rollout.id],
    ['State', { state: rollout.state }],
    ['Says', rollout.sentence],
    ['Reason', rollout.reason],
    ['Change', `${rollout.change} ${rollout.title}`],
    ['Started', { instant: rollout.started_at }],
    ['Ended', { instant: rollout.finished_at }],
    ['Next step', rollout.next_step],
    ['You may', rollout.actions.join(', ')],
    ...rollout.rings.map(
      (ring) =>
        [
          `Ring ${ring.name}`,
          `${ring.state}: ${ring.verified} of ${ring.total} verified, ${ring.failed} failed, ${ring.in_flight} in flight. ${ring.proves}`,
        ] as const,
    ),
    ...rollout.gates.map(({ name, verdict, detail }) => [`Gate ${name}`, `${verdict}: ${detail}`] as const),
  ]);
  printTable(cli, rollout.deployments, [
    { title: 'HOST', value: (row) => row.hostname },
    { title: 'RING', isExtra: true, value: (row) => row.ring },
    { title: 'STATE', value: (row) => ({ state: row.state }) },
    { title: 'TRY', isExtra: true, value: (row) => row.attempt },
    { title: 'WHAT', value: (row) => row.detail },
    { title: 'SINCE', value: (row) => ({ instant: row.updated_at }) },
  ]);
  noteBlockers(cli, rollout.blocked_by);
}

async function printLogs(cli: Cli, id: string, host: string | undefined): Promise<void> {
  const call = await openClient(cli);
  const asset = host ?? (await onlyHost(await call('readRollout', { params: { id } })));
  const read = (cursor?: string) =>
    call('readDeploymentLog', {
      params: { id, asset },
      query: { limit: 1000, ...(cursor === undefined ? {} : { cursor }) },
    });
  const page = await read();
  while (page.next_cursor !== null) {
    const next = await read(page.next_cursor);
    page.data.push(...next.data);
    page.next_cursor = next.next_cursor;
  }
  if (cli.options().json === true) return printJson(cli, page);
  for (const { at, step, text } of page.data) printLine(cli, [at, step, text].map(visibleText).join('\t'));
}

function onlyHost({ id, deployments }: Output<'readRollout'>): string {
  const [only, ...others] = deployments;
  if (only !== undefined && others.length === 0) return only.asset;
  const names = deployments
    .slice(0, 10)
    .map(({ hostname }) => hostname)
    .join(', ');
  throw new CliError('usage', `${id} has ${deployments.length} machines: say of which`, {
    fix: `fleetmend rollout logs ${id} <host>; it has ${names}`,
  });
}
