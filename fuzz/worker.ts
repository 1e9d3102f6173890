import { parentPort, workerData } from 'node:worker_threads';
import { startCoverage } from './coverage.ts';
import { hunt } from './hunt.ts';

/** What a worker is told. The input that is being read stands in `shared`, for when it never comes back. */
export interface FuzzWork {
  shared: SharedArrayBuffer;
  kind: string;
  prefix: string;
  /** For each target. */
  seconds: number;
  seed: number;
  /** The number of the target to begin with. */
  first: number;
}

export type FuzzMessage =
  | { kind: 'begin'; index: number; name: string; of: number }
  | { kind: 'found'; complaint: string; input: Uint8Array }
  | { kind: 'end'; runs: number; corpus: number; ways: number };

const { shared, kind, prefix, seconds, seed, first }: FuzzWork = workerData;
const header = new Int32Array(shared, 0, 2);
const body = new Uint8Array(shared, 8);
const own = import.meta.dirname;
const coverage = startCoverage((url) => url.startsWith('file:') && !url.includes(own) && !url.includes('/fast-check/'));
const { fuzzTargets } = await import('./targets.ts');

const targets = (await fuzzTargets(kind)).filter(({ name }) => name.startsWith(prefix));
for (const [index, target] of targets.entries()) {
  if (index < first) continue;
  tell({ kind: 'begin', index, name: target.name, of: targets.length });
  const { runs, corpus, finding } = await hunt(target, {
    seconds,
    seed,
    coverage,
    onInput(input) {
      body.set(input.subarray(0, body.length));
      Atomics.store(header, 0, Math.min(input.length, body.length));
      Atomics.add(header, 1, 1);
    },
  });
  if (finding !== null) tell({ kind: 'found', ...finding });
  tell({ kind: 'end', runs, corpus, ways: coverage.ways() });
}

function tell(message: FuzzMessage): void {
  parentPort?.postMessage(message);
}
