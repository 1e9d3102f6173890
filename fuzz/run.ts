import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { FUZZ_KINDS } from './targets.ts';
import type { FuzzMessage, FuzzWork } from './worker.ts';

/**
 * `npm run fuzz -- [target] [--seconds N] [--seed N]`: looks for inputs that a reader of foreign bytes does not take as it
 * should, in every target or those whose names begin so, for N seconds each. A finding is written to `fuzz/findings`;
 * once it is mended, it belongs into `fuzz/corpus/<target>`. Exit codes: 0 nothing found, 1 something, 2 no such target.
 */
const HANGS_MS = 10_000;
const MAX_INPUT = 1024 ** 2;
const HEAP_MB = 1024;
const FINDINGS = join(import.meta.dirname, 'findings');

/** The length of the input that is being read, and how many were read before it; then the input itself. */
const shared = new SharedArrayBuffer(8 + MAX_INPUT);
const header = new Int32Array(shared, 0, 2);
const told = { targets: 0, runs: 0, findings: 0 };

function report(name: string, complaint: string, input: Uint8Array): void {
  told.findings++;
  const digest = createHash('sha256').update(input).digest('hex').slice(0, 12);
  const path = join(FINDINGS, `${name.replaceAll(':', '-')}-${digest}`);
  mkdirSync(FINDINGS, { recursive: true });
  writeFileSync(path, input);
  const shown = JSON.stringify(Buffer.from(input.subarray(0, 400)).toString('latin1'));
  console.error(`\n${name}: ${complaint}\n${shown}\n${input.length} bytes, written to ${path}\n`);
}

/** Hunts in the targets of one kind from one on; returns the one to go on with after one that had to be ended, or null. */
function huntKind(work: Omit<FuzzWork, 'shared'>): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>();
  const workerData: FuzzWork = { shared, ...work };
  const resourceLimits = { maxOldGenerationSizeMb: HEAP_MB };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData, resourceLimits });
  let current = { index: work.first, name: '' };
  let last = -1;
  const giveUp = (complaint: string) => {
    clearInterval(watch);
    report(current.name, complaint, Uint8Array.from(new Uint8Array(shared, 8, header[0])));
    void worker.terminate().then(() => resolve(current.index + 1));
  };
  const watch = setInterval(() => {
    const now = Atomics.load(header, 1);
    if (now === last && current.name !== '') giveUp(`it does not come back within ${HANGS_MS / 1000} s`);
    last = now;
  }, HANGS_MS);
  worker.on('message', (message: FuzzMessage) => {
    if (message.kind === 'begin') current = message;
    else if (message.kind === 'found') report(current.name, message.complaint, message.input);
    else print(current.name, message);
  });
  worker.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') giveUp('it takes more memory than there is');
    else report(current.name, `the worker ended: ${error.stack}`, new Uint8Array());
  });
  worker.on('exit', () => {
    clearInterval(watch);
    resolve(null);
  });
  return promise;
}

function print(name: string, { runs, corpus, ways }: Extract<FuzzMessage, { kind: 'end' }>): void {
  told.targets++;
  told.runs += runs;
  const numbers = `${String(runs).padStart(8)} inputs ${String(corpus).padStart(6)} kept ${String(ways).padStart(7)} ways`;
  console.log(`${name.padEnd(42)} ${numbers}`);
}

async function main(): Promise<number> {
  const options = { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } } as const;
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  const [prefix = ''] = positionals;
  const seconds = Number(values.seconds);
  const seed = Number(values.seed);
  if (!(seconds > 0) || !Number.isSafeInteger(seed)) {
    console.error('Usage: npm run fuzz -- [target] [--seconds N] [--seed N]');
    return 2;
  }
  for (const kind of FUZZ_KINDS) {
    for (let first: number | null = 0; first !== null; ) first = await huntKind({ kind, prefix, seconds, seed, first });
  }
  if (told.targets === 0 && told.findings === 0) {
    console.error(`No target is called ${prefix}…`);
    return 2;
  }
  console.log(`${told.targets} targets, ${told.runs} inputs, ${told.findings} findings, seed ${seed}`);
  return told.findings === 0 ? 0 : 1;
}

process.exitCode = await main();
