import { hostname } from 'node:os';
import { CRITICALITIES, EXPOSURES, SENSITIVITIES } from '@fleetmend/domain/inventory/asset.ts';
import type { Explanation } from '@fleetmend/domain/patches/explain-patch.ts';
import { type Command, Option } from 'commander';
import { type Cli, note } from './cli.ts';
import { CliError } from './cli-error.ts';
import { openClient } from './open-client.ts';
import { printJson, printLine, printTable } from './print.ts';
import { decisionText, explanationLines } from './render-explanation.ts';
import { visibleText } from './visible-text.ts';
import { withSystem } from './with-system.ts';

/** What `patch explain` is told where no server is asked. */
export interface OfflineOptions {
  inventory?: string;
  feed?: string[];
  os?: string;
  host?: string;
  exposure?: (typeof EXPOSURES)[number];
  criticality?: (typeof CRITICALITIES)[number];
  data?: (typeof SENSITIVITIES)[number];
}

/** Adds the options that name files, and what the one machine is worth. */
export function addOfflineOptions(command: Command): Command {
  return command
    .option('--inventory <file>', 'explain from files alone: any inventory that `match` reads')
    .option('--feed <files...>', 'advisories as `match` reads them, KEV in JSON, EPSS as CSV, CVE records in JSON')
    .option('--os <family:release>', 'the system, where the inventory does not tell: debian:12, almalinux:8.9')
    .option('--host <name>', 'what the machine is called')
    .addOption(new Option('--exposure <exposure>', 'from where the machine can be reached').choices(EXPOSURES))
    .addOption(new Option('--criticality <criticality>', 'how much depends on it').choices(CRITICALITIES))
    .addOption(new Option('--data <sensitivity>', 'what data is on it').choices(SENSITIVITIES));
}

/**
 * Prints why a patch stands where it stands, as the server says it or, with an inventory, from files alone.
 * @throws CliError (usage) without a patch and an inventory, and for files that cannot be read
 */
export async function explain(cli: Cli, id: string | undefined, options: OfflineOptions): Promise<void> {
  if (options.inventory !== undefined) return explainFiles(cli, id, options.inventory, options);
  if (id === undefined) throw new CliError('usage', 'name a patch, or files with --inventory and --feed');
  const call = await openClient(cli);
  const explanation = await call('explainPatch', { params: { id } });
  if (cli.options().json === true) return printJson(cli, explanation);
  printExplanation(cli, explanation);
}

async function explainFiles(cli: Cli, id: string | undefined, file: string, options: OfflineOptions): Promise<void> {
  const { explainOffline } = await import('./explain-offline.ts');
  const { readInventoryFile } = await import('./read-inventory-file.ts');
  const inventory = withSystem(await readInventoryFile(file), options.os);
  const worth = {
    criticality: options.criticality ?? null,
    data_sensitivity: options.data ?? null,
    exposure: options.exposure ?? null,
  };
  const machine = { hostname: options.host ?? hostname(), inventory, worth };
  const all = await explainOffline(machine, options.feed ?? [], cli.io.now().toISOString());
  const wanted = id === undefined ? all : all.filter(({ patch }) => patch === id);
  if (id !== undefined && wanted.length === 0)
    throw new CliError('error', `no update of ${JSON.stringify(id)} is needed, by what these files say`);
  if (cli.options().json === true) return printJson(cli, { patches: wanted });
  const [only] = wanted;
  if (id !== undefined && only !== undefined) return printExplanation(cli, only);
  if (wanted.length === 0) return note(cli, 'Nothing: no advisory that was given asks for an update.');
  printTable(cli, wanted, [
    { title: '#', value: (row) => row.rank },
    { title: 'DECISION', value: (row) => ({ state: row.decision }) },
    { title: 'SCORE', value: (row) => row.score },
    { title: 'UPDATE', value: (row) => row.title },
    { title: 'DUE', value: (row) => ({ instant: row.due[0]?.due_at ?? null }) },
    { title: 'NOT KNOWN', value: (row) => row.not_known.length, isExtra: true },
  ]);
  note(cli, 'Name one of them for its points: fleetmend patch explain <package> --inventory … --feed …');
}

function printExplanation(cli: Cli, explanation: Explanation): void {
  const sum = explanation.factors.reduce((total, { points }) => total + points, 0);
  if (sum !== explanation.score)
    note(cli, `warning: the points sum to ${sum}, the server says ${explanation.score}; report this`);
  if (cli.io.stdout.isTty) {
    for (const line of explanationLines(cli, explanation)) printLine(cli, line);
    return;
  }
  for (const { label, value, points, source, as_of } of explanation.factors) {
    printLine(cli, [label, value, points, source, as_of ?? ''].map((cell) => visibleText(String(cell))).join('\t'));
  }
  printLine(
    cli,
    ['score', decisionText(explanation.decision), explanation.score, explanation.model, '']
      .map((cell) => visibleText(String(cell)))
      .join('\t'),
  );
}
