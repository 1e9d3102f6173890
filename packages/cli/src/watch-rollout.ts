import type { Client, Output } from '@fleetmend/api/client.ts';
import { type Cli, note, pause } from './cli.ts';
import { CliError } from './cli-error.ts';
import { send } from './connect.ts';
import { readEvents } from './read-events.ts';
import { problemOf } from './report-error.ts';
import { signedInServer } from './server-address.ts';
import { showProgress } from './show-progress.ts';

export type Rollout = Output<'readRollout'>;

const POLL_MILLISECONDS = 2000;
const HEARTBEAT_MILLISECONDS = 60_000;
/** A server that restarts must not end the watch; one that stays away must. */
const AWAY_MILLISECONDS = 5 * 60_000;
/** After this many streams that brought nothing, something on the way does not let them through. */
const STREAM_TRIES = 3;
const ENDS: readonly Rollout['state'][] = ['succeeded', 'failed', 'stopped', 'rolled_back'];

/**
 * Follows a rollout to its end, or to a pause over a machine or a gate that failed: that needs a person. Listens to server-sent events,
 * and asks again and again where those do not get through.
 * @throws CliError (timeout) after `timeoutSeconds`; (error) when the server stays away for five minutes.
 */
export async function watchRollout(
  cli: Cli,
  call: Client,
  { id, timeoutSeconds }: { id: string; timeoutSeconds: number | null },
): Promise<Rollout> {
  const deadline = AbortSignal.any([
    cli.io.interrupted,
    ...(timeoutSeconds === null ? [] : [AbortSignal.timeout(timeoutSeconds * 1000)]),
  ]);
  const show = showProgress(cli);
  const heartbeat = setInterval(
    () => note(cli, `${cli.io.now().toISOString()} still watching ${id}`),
    HEARTBEAT_MILLISECONDS,
  );
  try {
    for await (const rollout of snapshots(cli, call, { id, deadline })) {
      show(rollout);
      if (isOver(rollout)) return rollout;
    }
    throw new CliError('error', `${id} could not be followed`);
  } catch (error) {
    if (cli.io.interrupted.aborted) throw new CliError('interrupted', 'interrupted; the rollout goes on');
    if (deadline.aborted)
      throw new CliError('timeout', `${id} has not ended within ${timeoutSeconds} s; it goes on`, {
        fix: `Follow it with: fleetmend rollout watch ${id}`,
      });
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}

function isOver({ state, gates, rings }: Rollout): boolean {
  const hasFailed = gates.some(({ verdict }) => verdict === 'fail') || rings.some(({ failed }) => failed > 0);
  return ENDS.includes(state) || (state === 'paused' && hasFailed);
}

interface Watched {
  id: string;
  deadline: AbortSignal;
}

async function* snapshots(cli: Cli, call: Client, watched: Watched): AsyncGenerator<Rollout> {
  let fruitless = 0;
  let awaySince: number | null = null;
  for (;;) {
    try {
      yield await unlessOver(watched.deadline, call('readRollout', { params: { id: watched.id } }));
      awaySince = null;
    } catch (error) {
      if (!isPassing(error) || watched.deadline.aborted) throw error;
      awaySince ??= performance.now();
      if (performance.now() - awaySince > AWAY_MILLISECONDS) throw error;
    }
    if (fruitless < STREAM_TRIES && awaySince === null) {
      let count = 0;
      for await (const rollout of streamed(cli, watched)) {
        count += 1;
        yield rollout;
      }
      fruitless = count > 0 ? 0 : fruitless + 1;
    }
    await unlessOver(watched.deadline, pause(cli, POLL_MILLISECONDS));
  }
}

/** The rollout each time it changes, as long as the stream lasts; a stream that breaks is no error. */
async function* streamed(cli: Cli, { id, deadline }: Watched): AsyncGenerator<Rollout> {
  const { origin, token } = signedInServer(cli);
  try {
    const answer = await send(cli, new URL(`/api/v1/rollouts/${encodeURIComponent(id)}/events`, origin), {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: deadline,
    });
    const isStream = answer.ok && (answer.headers.get('content-type') ?? '').startsWith('text/event-stream');
    if (!isStream || answer.body === null) return void (await answer.body?.cancel());
    for await (const data of readEvents(answer.body)) yield JSON.parse(data) as Rollout;
  } catch (error) {
    if (deadline.aborted) throw error;
  }
}

/** The server is restarting or the network is gone: worth asking again. A refusal is not. */
function isPassing(error: unknown): boolean {
  const problem = problemOf(error);
  if (problem !== null) return problem.status >= 500 || problem.status === 429;
  return error instanceof CliError && error.exit === 'error';
}

function unlessOver<T>(deadline: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Error('over'));
    if (deadline.aborted) return stop();
    deadline.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => deadline.removeEventListener('abort', stop));
  });
}
