import { isDeepStrictEqual } from 'node:util';
import { type FuzzTarget, isRefusal } from './target.ts';

/** What reading one input may take. */
const LIMITS = { ms: 2000, grown_bytes: 256 * 1024 ** 2 };
const QUICK_MS = 20;
/** Objects that everything else inherits from: nothing read may change them. */
const PROTOTYPES = [Object, Array, Function, String, Number, Boolean, Map, Set, Promise, RegExp, Error].map(
  ({ prototype }) => prototype as object,
);
const MEMBERS = countMembers();

interface Outcome {
  isRefused: boolean;
  answer: unknown;
}

/** What is wrong with how a target takes an input, in words; null when nothing is. */
export async function judge(target: FuzzTarget, input: Uint8Array, isCut: boolean): Promise<string | null> {
  const began = process.threadCpuUsage();
  let whole: Outcome;
  try {
    whole = await read(target, input, Math.max(1, input.length));
  } catch (error) {
    return `it throws what it does not declare: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  // What the machine does beside us does not count.
  const { user, system } = process.threadCpuUsage(began);
  const took = (user + system) / 1000;
  if (countMembers() !== MEMBERS) return 'it changes a prototype that everything inherits from';
  if (took > LIMITS.ms) return `it takes ${Math.round(took)} ms`;
  // Nobody fills much memory in no time, and asking for it takes longer than most inputs.
  const grown = took > QUICK_MS ? await growth(target, input) : 0;
  if (grown > LIMITS.grown_bytes) return `it takes ${Math.round(grown / 1024 ** 2)} MiB`;
  if (!target.isStream || !isCut) return null;
  for (const chunk of [1 + (input.length % 13), 97]) {
    const cut = await read(target, input, chunk);
    if (whole.isRefused !== cut.isRefused || !isDeepStrictEqual(whole.answer, cut.answer))
      return `in pieces of ${chunk} bytes it gives another answer than whole`;
  }
  return null;
}

/** What the target says, or that it refuses. Whatever it throws on top of that goes on. */
async function read(target: FuzzTarget, input: Uint8Array, chunk: number): Promise<Outcome> {
  try {
    return { isRefused: false, answer: await target.run(input, chunk) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { isRefused: true, answer: null };
  }
}

async function growth(target: FuzzTarget, input: Uint8Array): Promise<number> {
  const before = usedBytes();
  await read(target, input, Math.max(1, input.length));
  return usedBytes() - before;
}

function usedBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function countMembers(): number {
  return PROTOTYPES.reduce((sum, each) => sum + Reflect.ownKeys(each).length, 0);
}
