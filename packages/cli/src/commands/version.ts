import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { ownVersion } from '../own-version.ts';
import { printJson, printLine } from '../print.ts';
import { registerVersionOrder } from './version-compare.ts';

export function register(program: Command, cli: Cli): void {
  const command = program
    .command('version')
    .description('the version of this program')
    .action(() => {
      const version = ownVersion();
      if (cli.options().json === true) printJson(cli, { version, node: process.versions.node });
      else printLine(cli, `fleetmend ${version}`);
    });
  registerVersionOrder(command, cli);
}
