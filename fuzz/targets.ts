import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { corpusOf, spread } from './seeds.ts';
import type { FuzzTarget } from './target.ts';

/** What makes a reader slow or deep that does not count: long without an end, or nested. */
const ENDLESS = ['1', ' ', '-', '1.', 'a-', '{"a":', '[', '(', '*a ', '"', '\n', '\t', '0!', '&', '<a>', '1-'].map(
  (part) => Buffer.from(part.repeat(Math.floor(60_000 / part.length))),
);
const FOLDER = join(import.meta.dirname, 'targets');

/** The files in `targets/`: each finds the readers of one kind by the registry that names them. */
export const FUZZ_KINDS = readdirSync(FOLDER)
  .map((name) => name.slice(0, -'.ts'.length))
  .sort();

/** The targets of one kind. Only its code is loaded: the less there is, the quicker coverage is told. */
export async function fuzzTargets(kind: string): Promise<FuzzTarget[]> {
  const { targets }: { targets(): FuzzTarget[] | Promise<FuzzTarget[]> } = await import(join(FOLDER, `${kind}.ts`));
  return (await targets()).map((target) => ({
    ...target,
    seeds: () => [...corpusOf(target.name), ...ENDLESS, ...spread(target.seeds())],
  }));
}
