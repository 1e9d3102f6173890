import { Session } from 'node:inspector';

/** Tells whether the code that ran since the last question went a way it had not gone before. */
export interface Coverage {
  isNew(): boolean;
  /** The same for many inputs together, by blocks alone: who of them went there is then asked for one by one. */
  isRoundNew(): boolean;
  /** How many different ways were seen: blocks of code, each with the magnitude of its count. */
  ways(): number;
  stop(): void;
}

interface Range {
  startOffset: number;
  endOffset: number;
  count: number;
}
interface Taken {
  result: { scriptId: string; url: string; functions: { ranges: Range[] }[] }[];
}

/**
 * The block coverage that V8 counts itself, for all code that is not Node's own nor the fuzzer's. To be begun before the
 * code is loaded.
 */
export function startCoverage(isWatched: (url: string) => boolean): Coverage {
  const session = new Session();
  session.connect();
  // Within one process the answer comes before `post` returns.
  const post = (method: string, parameters?: object): unknown => {
    let answer: unknown;
    session.post(method, parameters, (error, result) => {
      if (error !== null) throw error;
      answer = result;
    });
    return answer;
  };
  post('Profiler.enable');
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const seen = new Set<string>();
  const seenInRounds = new Set<string>();
  /** Adds what there is to say of each block that was told; returns whether any of it is new. */
  const add = (known: Set<string>, say: (block: string, count: number) => string): boolean => {
    const before = known.size;
    for (const { scriptId, url, functions } of (post('Profiler.takePreciseCoverage') as Taken).result) {
      if (!isWatched(url)) continue;
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges)
          known.add(say(`${scriptId}:${startOffset}:${endOffset}`, count));
      }
    }
    return known.size > before;
  };
  return {
    // A block that ran as often as the one around it is not told of by itself, but the one beside it, that did not run, is.
    // Once, twice, four times …: a loop that goes on for much longer is another way.
    isNew: () => add(seen, (block, count) => `${block}:${count === 0 ? 'none' : 31 - Math.clz32(count)}`),
    isRoundNew: () => add(seenInRounds, (block, count) => `${block}:${count > 0}`),
    ways: () => seen.size,
    stop() {
      post('Profiler.stopPreciseCoverage');
      session.disconnect();
    },
  };
}
