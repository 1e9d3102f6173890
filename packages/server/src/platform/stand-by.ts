import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** Between two looks while nothing is due. */
const IDLE_MILLISECONDS = 500;
/** After a piece of work: so long at least, and under load so many times as long as it took. */
const PAUSE = { milliseconds: 50, times: 4, longest_milliseconds: 10_000 };
/** The share of its time that this process's event loop is busy with other things from which on there is load. */
const LOAD = 0.4;

/**
 * Looks for work again and again until closed. While there is some and the process has little else to do, the next piece
 * follows at once; under load (people and hosts who wait for answers) it takes a fifth of the time.
 * @param work one piece; whether it found something to do
 */
export function standBy(work: () => Promise<boolean>, report: (error: unknown) => void): { close(): Promise<void> } {
  const closing = new AbortController();
  const pause = (milliseconds: number) => sleep(milliseconds, null, { signal: closing.signal }).catch(() => null);

  async function rest(took: number): Promise<void> {
    const before = performance.eventLoopUtilization();
    await pause(PAUSE.milliseconds);
    const { utilization } = performance.eventLoopUtilization(before);
    const whole = Math.min(took * PAUSE.times, PAUSE.longest_milliseconds);
    if (utilization > LOAD && whole > PAUSE.milliseconds) await pause(whole - PAUSE.milliseconds);
  }
  async function go(): Promise<void> {
    while (!closing.signal.aborted) {
      const begun = performance.now();
      const isMore = await work().catch((error: unknown) => {
        report(error);
        return false;
      });
      if (isMore) await rest(performance.now() - begun);
      else await pause(IDLE_MILLISECONDS);
    }
  }
  const gone = go();
  return {
    async close() {
      closing.abort();
      await gone;
    },
  };
}
