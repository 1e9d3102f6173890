import { connect } from 'node:net';
import type { KeySuccession } from '@fleetmend/api/key-succession.ts';
import type { SignedRoot } from '@fleetmend/domain/access/trust-root.ts';
import type { OrderResult } from '@fleetmend/domain/deployments/order.ts';
import { type ApplierAnswer, type ApplierRequest, applierAnswer, MAX_FRAME_BYTES } from '../applier/socket-protocol.ts';
import { lineSplitter } from '../platform/ndjson.ts';

/** Where the root half listens, unless FLEETMEND_APPLIER_SOCKET says otherwise. */
export function applierSocketPath(): string {
  return process.env['FLEETMEND_APPLIER_SOCKET'] ?? '/run/fleetmend/applier.sock';
}

interface Conversation {
  request: ApplierRequest;
  /** Called for each answer; true ends the conversation. */
  onAnswer: (answer: ApplierAnswer) => boolean;
  timeout_seconds: number | null;
}

/** One request on a connection of its own. Resolves true when it was answered to the end, false when the other side went away. */
function converse(socketPath: string, { request, onAnswer, timeout_seconds }: Conversation): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    let isDone = false;
    const finish = (done: boolean) => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      socket.destroy();
      resolve(done);
    };
    const timer = timeout_seconds === null ? undefined : setTimeout(() => finish(false), timeout_seconds * 1000);
    const take = lineSplitter((line) => {
      const answer = applierAnswer.safeParse(JSON.parse(line));
      if (!isDone && answer.success && onAnswer(answer.data)) finish(true);
    }, MAX_FRAME_BYTES);
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('data', (chunk: Buffer) => {
      try {
        take(chunk);
      } catch {
        finish(false);
      }
    });
    socket.on('error', () => finish(false));
    socket.on('close', () => finish(false));
  });
}

type Named<T extends ApplierAnswer['type']> = Extract<ApplierAnswer, { type: T }>;

/** Asks for one answer of a kind; null when the root half is away. A problem it names becomes an Error. */
async function ask<T extends ApplierAnswer['type']>(
  socketPath: string,
  request: ApplierRequest,
  type: T,
): Promise<Named<T> | null> {
  let found: Named<T> | null = null;
  let problem: string | null = null;
  const onAnswer = (answer: ApplierAnswer) => {
    if (answer.type === 'problem') problem = answer.text;
    if (answer.type === type) found = answer as Named<T>;
    return true;
  };
  await converse(socketPath, { request, onAnswer, timeout_seconds: 120 });
  if (problem !== null) throw new Error(problem);
  return found;
}

export interface RunRequest {
  request: Extract<ApplierRequest, { type: 'run' }>;
  onAccepted: () => void;
  onLog: (line: number, text: string) => void;
}

export type RunEnd = { ended: true; result: OrderResult } | { ended: false; problem: string | null };

/** The root half, as the networked half sees it. Every call stands alone, so either side may be killed at any time. */
export interface ApplierClient {
  hello(
    identity: { asset: string; organization: string; key: string; successions: KeySuccession[] },
    roots: SignedRoot[],
  ): Promise<Named<'hello'> | null>;
  staleServices(): Promise<Named<'stale-services'> | null>;
  status(order: string): Promise<Named<'status'> | null>;
  verify(request: Omit<Extract<ApplierRequest, { type: 'verify' }>, 'type'>): Promise<Named<'verdict'> | null>;
  run(request: RunRequest): Promise<RunEnd>;
}

export function applierClient(socketPath: string): ApplierClient {
  return {
    hello: (identity, roots) => ask(socketPath, { type: 'hello', ...identity, roots }, 'hello'),
    staleServices: () => ask(socketPath, { type: 'stale-services' }, 'stale-services'),
    status: (order) => ask(socketPath, { type: 'status', order }, 'status'),
    verify: (request) => ask(socketPath, { type: 'verify', ...request }, 'verdict'),
    async run({ request, onAccepted, onLog }) {
      let result: OrderResult | null = null;
      let problem: string | null = null;
      const onAnswer = (answer: ApplierAnswer) => {
        if (answer.type === 'accepted') onAccepted();
        if (answer.type === 'log') onLog(answer.line, answer.text);
        if (answer.type === 'problem') problem = answer.text;
        if (answer.type === 'result') result = answer.result;
        return answer.type === 'result' || answer.type === 'problem';
      };
      await converse(socketPath, { request, onAnswer, timeout_seconds: null });
      return result === null ? { ended: false, problem } : { ended: true, result };
    },
  };
}
