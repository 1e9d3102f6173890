import { Refusal } from '@fleetmend/server/platform/postgres/refusal.ts';
import { no } from './say.ts';

export interface Lifetime {
  /** Aborted as soon as the end has begun. */
  signal: AbortSignal;
  /** What to undo at the end, last first. */
  onEnd(step: () => void | Promise<void>): void;
  /** @throws when the end has begun, so that a start does not go on. */
  check(): void;
  /** Ends with a sentence and exit code 1, unless the end has begun already. */
  fail(sentence: string): void;
  /** Runs the start; whatever ends us waits for it to stand still, so that nothing is made behind the undoing. */
  begin(start: () => Promise<void>): Promise<void>;
}

const LONGEST_MILLISECONDS = 9500;
/** A terminal's Ctrl-C comes twice, directly and through npm; only a later one means "at once". */
const SAME_KEY_MILLISECONDS = 700;

/** The life of the program: an orderly end on Ctrl-C, SIGTERM or SIGHUP within 10 seconds, at once on a second Ctrl-C. */
export function openLifetime(): Lifetime {
  const aborter = new AbortController();
  const steps: (() => void | Promise<void>)[] = [];
  let endedAt: number | null = null;
  let beginning: Promise<void> = Promise.resolve();

  async function end(code: number): Promise<never> {
    endedAt ??= Date.now();
    aborter.abort();
    setTimeout(() => {
      no('It did not end in time; the rest is ended by force.');
      process.exit(1);
    }, LONGEST_MILLISECONDS).unref();
    await beginning.catch(() => undefined);
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      try {
        await step();
      } catch (error) {
        console.error(error);
      }
    }
    process.exit(code);
  }

  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (endedAt === null) {
        console.log('\nStopping …');
        void end(0);
      } else if (name === 'SIGINT' && Date.now() - endedAt > SAME_KEY_MILLISECONDS) {
        process.exit(130);
      }
    });
  }
  return {
    signal: aborter.signal,
    onEnd: (step) => void steps.push(step),
    check: () => aborter.signal.throwIfAborted(),
    fail(sentence) {
      if (endedAt !== null) return;
      no(sentence);
      void end(1);
    },
    async begin(start) {
      beginning = start();
      try {
        await beginning;
      } catch (error) {
        if (endedAt !== null) return;
        if (error instanceof Refusal) no(error.message);
        else console.error(error);
        await end(1);
      }
    },
  };
}
