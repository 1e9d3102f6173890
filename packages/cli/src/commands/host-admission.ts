import type { Command } from 'commander';
import { confirm } from '../ask.ts';
import { type Cli, note } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { openClient } from '../open-client.ts';
import { printJson, printLine } from '../print.ts';
import { visibleText } from '../visible-text.ts';

/** The verbs for machines that have enrolled and wait until a person lets them in. */
export function registerHostAdmission(host: Command, cli: Cli): void {
  host
    .command('approve <host>')
    .description('let a machine in that waits (host list --liveness waiting)')
    .action((name: string) => approve(cli, name));
  host
    .command('reject <host>')
    .description('turn a machine away that waits: its key is refused from now on')
    .action((name: string) => reject(cli, name));
  host
    .command('approval [on|off]')
    .description('whether machines that enrol wait for a person; on or off says it from now on')
    .action((wanted?: string) => approval(cli, wanted));
}

async function approve(cli: Cli, name: string): Promise<void> {
  const call = await openClient(cli);
  const host = await call('approveAsset', { params: { id: name } });
  if (cli.options().json === true) return printJson(cli, host);
  printLine(cli, `${visibleText(host.hostname)} is let in.`);
}

async function reject(cli: Cli, name: string): Promise<void> {
  const call = await openClient(cli);
  const host = await call('readAsset', { params: { id: name } });
  const words = `${visibleText(host.hostname)} (${visibleText(host.id)})`;
  await confirm(cli, `Turn ${words} away? Its key is refused from now on.`);
  await call('rejectAsset', { params: { id: host.id } });
  printLine(cli, `${visibleText(host.hostname)} is turned away.`);
}

async function approval(cli: Cli, wanted: string | undefined): Promise<void> {
  if (wanted !== undefined && wanted !== 'on' && wanted !== 'off')
    throw new CliError('usage', `approval is on or off, not ${visibleText(wanted)}`);
  const call = await openClient(cli);
  const rule =
    wanted === undefined
      ? await call('readEnrolmentRule', {})
      : await call('putEnrolmentRule', { body: { needs_approval: wanted === 'on' } });
  if (cli.options().json === true) return printJson(cli, rule);
  printLine(cli, rule.needs_approval ? 'on' : 'off');
  note(cli, rule.needs_approval ? 'Machines that enrol wait for a person.' : 'Machines that enrol are let in at once.');
}
