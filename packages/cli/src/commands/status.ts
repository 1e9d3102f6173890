import type { Command } from 'commander';
import { type Cli, paint } from '../cli.ts';
import { openClient } from '../open-client.ts';
import { printFields, printJson, printLine, printTable } from '../print.ts';
import { visibleText } from '../visible-text.ts';

export function register(program: Command, cli: Cli): void {
  program
    .command('status')
    .description('are we safe, are we on time, what needs me?')
    .option('--check', 'exit with 3 when a patch stands at ACT')
    .action((options: { check?: boolean }) => showStatus(cli, options));
}

async function showStatus(cli: Cli, options: { check?: boolean }): Promise<void> {
  const call = await openClient(cli);
  const overview = await call('readOverview', {});
  if (options.check === true && overview.exposure.act > 0) cli.exit = 'found';
  if (cli.options().json === true) return printJson(cli, overview);
  const { exposure, assets } = overview;
  printFields(cli, [
    ['As of', { instant: overview.as_of }],
    [
      'Patches to ship',
      `${exposure.act} act, ${exposure.attend} attend, ${exposure.track_star} track*, ${exposure.track} track`,
    ],
    [
      'Machines',
      `${assets.patched} patched, ${assets.missing} missing, ${assets.waiting} waiting, ${assets.failed} failed, ${assets.unknown} unknown, of ${assets.total}`,
    ],
    ['Not fresh', overview.feeds_stale.join(', ')],
  ]);
  section(cli, 'Needs me', overview.needs_me.length);
  printTable(cli, overview.needs_me, [
    { title: 'WHAT', value: ({ text }) => text },
    { title: 'DUE', value: ({ due_at }) => ({ instant: due_at }) },
  ]);
  section(cli, 'Rollouts', overview.rollouts.length);
  for (const { id, sentence, state } of overview.rollouts)
    printLine(cli, [id, state, sentence].map(visibleText).join('\t'));
  const open = (overview.first_run ?? []).filter(({ is_done }) => !is_done);
  section(cli, 'First steps still to do', open.length);
  for (const { text } of open) printLine(cli, visibleText(text));
}

function section(cli: Cli, title: string, count: number): void {
  if (count > 0 && cli.io.stdout.isTty) printLine(cli, `\n${paint(cli, 'bold', title)}`);
}
