import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { type Bench, formatReport, type Report } from './report.ts';

/**
 * `npm run bench -- <name> [--json] [--short] [--seed N]`: measures one part beside its peers. Figures go to stdout, what is being
 * done to stderr. Exit codes: 0 every goal holds, 1 one does not, 2 there is no such bench.
 */
const SUFFIX = '.bench.ts';
const SEED = 20_261_123;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      short: { type: 'boolean', default: false },
      seed: { type: 'string', default: String(SEED) },
    },
  });
  const names = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length));
  const [name] = positionals;
  const seed = Number(values.seed);
  if (name === undefined || !names.includes(name) || !Number.isSafeInteger(seed)) {
    console.error('Say which: npm run bench -- <name> [--json] [--short] [--seed N]');
    for (const each of names) console.error(`  ${each}: ${(await load(each)).about}`);
    return 2;
  }
  const bench = await load(name);
  const results = await bench.run({ seed, is_short: values.short, note: (text) => console.error(`· ${text}`) });
  const versions = { node: process.versions.node, cpu: `${cpus().length}× ${cpus()[0]?.model}`, ...bench.versions() };
  const report: Report = { name, seed, versions, results };
  console.log(values.json ? JSON.stringify(report) : formatReport(report));
  return results.every(({ holds }) => holds) ? 0 : 1;
}

async function load(name: string): Promise<Bench> {
  return (await import(`./${name}${SUFFIX}`)).bench;
}

process.exitCode = await main();
