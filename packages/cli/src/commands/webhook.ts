import type { Command } from 'commander';
import { confirm } from '../ask.ts';
import { type Cli, note } from '../cli.ts';
import { openClient } from '../open-client.ts';
import { type PageOptions, pageOptions, printPages } from '../pages.ts';
import { printFields, printJson, printLine } from '../print.ts';
import { visibleText } from '../visible-text.ts';

export function register(program: Command, cli: Cli): void {
  const webhook = program.command('webhook').description('where events are sent');
  webhook
    .command('show')
    .description('the address and whether it is in use')
    .action(() => show(cli));
  webhook
    .command('set <url>')
    .description('send events there; prints the signing secret once')
    .action((url: string) => set(cli, url));
  webhook
    .command('remove')
    .description('send events nowhere')
    .action(() => remove(cli));
  webhook
    .command('test')
    .description('send a test event')
    .action(() => test(cli));
  pageOptions(webhook.command('deliveries'))
    .description('what was sent, and what the other side said')
    .action((options: PageOptions) => deliveries(cli, options));
}

async function show(cli: Cli): Promise<void> {
  const call = await openClient(cli);
  const answer = await call('readWebhook', {});
  if (cli.options().json === true) return printJson(cli, answer);
  const { webhook } = answer;
  if (webhook === null) return note(cli, 'Events are sent nowhere.');
  printFields(cli, [
    ['Address', webhook.url],
    ['In use', webhook.is_enabled],
    ['Why not', webhook.disabled_reason],
    ['Set', { instant: webhook.updated_at }],
  ]);
}

async function set(cli: Cli, url: string): Promise<void> {
  const call = await openClient(cli);
  const answer = await call('putWebhook', { body: { url } });
  if (cli.options().json === true) return printJson(cli, answer);
  note(cli, 'The signing secret, shown this once:');
  printLine(cli, visibleText(answer.secret));
}

async function remove(cli: Cli): Promise<void> {
  const call = await openClient(cli);
  await confirm(cli, 'Send events nowhere?');
  await call('deleteWebhook', {});
  printLine(cli, 'Events are sent nowhere.');
}

async function test(cli: Cli): Promise<void> {
  const call = await openClient(cli);
  const answer = await call('testWebhook', {});
  if (cli.options().json === true) return printJson(cli, answer);
  printLine(cli, `Sent as ${visibleText(answer.delivery)}; see: fleetmend webhook deliveries`);
}

async function deliveries(cli: Cli, options: PageOptions): Promise<void> {
  const call = await openClient(cli);
  await printPages(cli, options, (query) => call('listWebhookDeliveries', { query }), [
    { title: 'WHEN', value: (row) => ({ instant: row.at }) },
    { title: 'EVENT', value: (row) => row.event },
    { title: 'STATE', value: (row) => ({ state: row.state }) },
    { title: 'TRIES', isExtra: true, value: (row) => row.attempts },
    { title: 'ANSWER', value: (row) => row.status },
    { title: 'ERROR', value: (row) => row.error },
    { title: 'ID', isExtra: true, value: (row) => row.id },
  ]);
}
