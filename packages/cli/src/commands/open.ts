import { spawn } from 'node:child_process';
import { isAdvisoryId } from '@fleetmend/domain/advisories/advisory-page.ts';
import type { Command } from 'commander';
import { type Cli, note } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { printLine } from '../print.ts';
import { findServer } from '../server-address.ts';

const PAGES: Record<string, string> = {
  overview: '/',
  status: '/',
  host: '/assets',
  patch: '/patches',
  change: '/changes',
  rollout: '/rollouts',
  policy: '/policies',
  ranking: '/ranking',
  vex: '/vex',
  feed: '/feeds',
  kpi: '/reports',
  report: '/reports',
  audit: '/audit',
  person: '/settings',
  key: '/settings',
  root: '/settings',
  token: '/settings',
  webhook: '/settings',
  settings: '/settings',
};

export function register(program: Command, cli: Cli): void {
  program
    .command('open [object]')
    .description('show something in the console: CH-1, RO-1, a patch, a CVE, a noun, or the name of a machine')
    .option('--print', 'only print the address')
    .action((object: string | undefined, options: { print?: boolean }) => open(cli, object ?? 'overview', options));
}

function open(cli: Cli, object: string, options: { print?: boolean }): void {
  const { origin } = findServer(cli);
  if (origin === null)
    throw new CliError('sign_in', 'no server is known here', { fix: 'Run: fleetmend login https://your-server' });
  const address = new URL(objectPath(object), origin).href;
  printLine(cli, address);
  const isHere =
    cli.io.stdout.isTty &&
    (process.platform === 'darwin' || (cli.io.env['DISPLAY'] ?? cli.io.env['WAYLAND_DISPLAY'] ?? '') !== '');
  if (options.print === true || !isHere) return;
  const browser = spawn(process.platform === 'darwin' ? 'open' : 'xdg-open', [address], {
    stdio: 'ignore',
    detached: true,
  });
  browser.on('error', () => note(cli, 'No browser was found here; open the address above.'));
  browser.unref();
}

/** The console's path of what a person names. */
export function objectPath(object: string): string {
  const page = Object.hasOwn(PAGES, object) ? PAGES[object] : undefined;
  if (page !== undefined) return page;
  const id = encodeURIComponent(object);
  if (/^CH-\d+$/i.test(object)) return `/changes/${id.toUpperCase()}`;
  if (/^RO-\d+$/i.test(object)) return `/rollouts/${id.toUpperCase()}`;
  if (isAdvisoryId(object)) return `/advisories/${id}`;
  return /^P-/i.test(object) ? `/patches/${id}` : `/assets/${id}`;
}
