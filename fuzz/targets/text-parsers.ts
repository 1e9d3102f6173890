import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { filesIn, literalsBeside, ROOT } from '../seeds.ts';
import { type FuzzTarget, jsonOf, toText } from '../target.ts';

/**
 * A function that is called `parse…` or `read…` and takes one foreign thing: a text, bytes, or a parsed value. What is
 * called a path, a folder, a file or an address is no foreign thing but a place.
 */
const PARSER =
  /^export (?:async )?function ((?:parse|read|expand)[A-Z]\w*)\((?!path|folder|file|url|address|error)\w+: (string|Uint8Array|Buffer|unknown|Record<string, unknown>)\)/gm;

/** Tried by way of the registries that name them, with more demanded of them. */
const IN_REGISTRIES = /^(?:versions|advisories\/cvss)\//;

type Parser = (given: unknown) => unknown;

/** A target for every such function in the packages' sources: who adds one has it tried without a further word. */
export async function targets(): Promise<FuzzTarget[]> {
  const folders = ['domain', 'api', 'agent', 'cli', 'server', 'web'].map((name) => join(ROOT, 'packages', name, 'src'));
  const sources = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !IN_REGISTRIES.test(name))
      .sort()
      .map((name) => join(folder, name)),
  );
  const all: FuzzTarget[] = [];
  for (const source of sources) {
    const found = [...readFileSync(source, 'utf8').matchAll(PARSER)];
    if (found.length === 0) continue;
    const module: Record<string, unknown> = await import(pathToFileURL(source).href);
    for (const [, name = '', type = ''] of found) all.push(target(source, name, type, module[name] as Parser));
  }
  return all;
}

function target(source: string, name: string, type: string, parse: Parser): FuzzTarget {
  const [, area = ''] = relative(ROOT, source).split('/');
  const fullName = `${area}:${name}`;
  return {
    name: fullName,
    isStream: false,
    source,
    seeds: () => [...literalsBeside(source), ...filesIn(join(dirname(source), 'fixtures'))],
    run: (input) => (type === 'string' ? parse(toText(input)) : runTyped(parse, type, input)),
  };
}

/** Parsed values come from JSON, and records are what is neither a list nor a plain value. */
function runTyped(parse: Parser, type: string, input: Uint8Array): unknown {
  if (type === 'Uint8Array' || type === 'Buffer') return parse(Buffer.from(input));
  const value = jsonOf(toText(input));
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return value === undefined || (type !== 'unknown' && !isRecord) ? null : parse(value);
}
