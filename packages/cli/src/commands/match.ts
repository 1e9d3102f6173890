import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addMatchOptions, type MatchOptions, matchInventory } from '../match-inventory.ts';
import { readInventoryFile } from '../read-inventory-file.ts';
import { withSystem } from '../with-system.ts';

interface Options extends MatchOptions {
  inventory: string;
  os?: string;
}

export function register(program: Command, cli: Cli): void {
  const command = program
    .command('match')
    .description('which advisories touch an inventory; offline, no server needed')
    .requiredOption(
      '--inventory <file>',
      'inventory.json, SBOM, lock file, dpkg status, rpm -qa, rpm database, apk installed, or systeminfo text',
    )
    .requiredOption('--feed <files...>', 'advisories in the form their publisher writes them, gzip or not')
    .option('--os <family:release>', 'the system, where the inventory does not tell: debian:12, almalinux:8.9');
  addMatchOptions(command).action(async ({ inventory, os, ...options }: Options) => {
    await matchInventory(cli, withSystem(await readInventoryFile(inventory), os), options);
  });
}
