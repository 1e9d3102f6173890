import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export const ROOT = dirname(import.meta.dirname);
const SHARED = join(ROOT, '..', 'shared', 'data');
const CORPUS = join(import.meta.dirname, 'corpus');
const MAX_SEED_BYTES = 32 * 1024;
const MAX_SEEDS = 80;

/** Inputs that once broke a target, or lead deep into it: `fuzz/corpus/<target>/*`. */
export function corpusOf(target: string): Uint8Array[] {
  return filesIn(join(CORPUS, target.replaceAll(':', '-')));
}

/** The files of a folder of the repository, each cut to a size that can be tried thousands of times. */
export function filesIn(folder: string, isWanted: (name: string) => boolean = () => true): Uint8Array[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && isWanted(entry.name))
    .map(({ name }) => readFileSync(join(folder, name)).subarray(0, MAX_SEED_BYTES));
}

/** Real data beside the repository; none where there is none. */
export function sharedFiles(folder: string): Uint8Array[] {
  return filesIn(join(SHARED, folder));
}

/** The texts that a source file's own test, or else those of its folder or of one around it, write down: valid or nearly so. */
export function literalsBeside(source: string): Uint8Array[] {
  const own = source.replace(/\.ts$/, '.test.ts');
  const tests = existsSync(own) ? [own] : testsAround(dirname(source));
  return tests.flatMap((test) => literalsOf(readFileSync(test, 'utf8')));
}

function testsAround(folder: string): string[] {
  const tests = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  if (tests.length > 0) return tests.map((name) => join(folder, name));
  return basename(folder) === 'src' ? [] : testsAround(dirname(folder));
}

/** The words that a source file or folder writes down: names of fields, marks, units. */
export function wordsIn(source: string): string[] {
  const files = statSync(source).isFile()
    ? [source]
    : readdirSync(source, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
        .map((name) => join(source, name));
  const literals = files.flatMap((file) => literalsOf(readFileSync(file, 'utf8'))).map(String);
  return [...new Set(literals.filter((text) => text.length > 1 && text.length < 60 && !text.includes('/')))];
}

/** A fair choice of many: from the first to the last, evenly. */
export function spread(seeds: readonly Uint8Array[]): Uint8Array[] {
  const step = Math.max(1, seeds.length / MAX_SEEDS);
  return Array.from(
    { length: Math.min(seeds.length, MAX_SEEDS) },
    (_, i) => seeds[Math.floor(i * step)] ?? Buffer.of(),
  );
}

/** What stands between quotes, with its escapes read. */
function literalsOf(code: string): Uint8Array[] {
  const texts = [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g)].map(([, a, b]) => a ?? b ?? '');
  return texts.flatMap((text) => {
    try {
      return [Buffer.from(JSON.parse(`"${escapeForJson(text)}"`))];
    } catch {
      return [];
    }
  });
}

function escapeForJson(text: string): string {
  return text
    .replace(/\\['`$]/g, (pair) => pair.slice(1))
    .replace(/(?<!\\)"/g, '\\"')
    .replace(/\n/g, '\\n')
    .replace(/\t/g, '\\t');
}
