import type { Output } from '@fleetmend/api/client.ts';
import type { Liveness } from '@fleetmend/domain/inventory/liveness.ts';
import type { Command } from 'commander';
import { confirm } from '../ask.ts';
import { type Cli, note } from '../cli.ts';
import { labelText, readLabels, readWorth, type WorthOptions, worthOptions } from '../host-words.ts';
import { openClient } from '../open-client.ts';
import { checkOption, type PageOptions, pageOptions, printPages } from '../pages.ts';
import { printFields, printJson, printLine } from '../print.ts';
import { noteBlockers } from '../report-error.ts';
import { visibleText } from '../visible-text.ts';
import { registerHostAdmission } from './host-admission.ts';
import { registerHostCare } from './host-care.ts';
import { registerHostSsh } from './host-ssh.ts';

export function register(program: Command, cli: Cli): void {
  const host = program.command('host').description('machines: packages, history, labels, enrolment');
  checkOption(pageOptions(host.command('list')))
    .description('machines, with their state and what they miss')
    .option('--filter <selector>', 'as in policies: env = prod and role in (web, db)')
    .option('--state <state>', 'patched, missing, waiting, failed or unknown')
    .option('--liveness <word>', 'never, reporting, silent, waiting or cloned')
    .action((options: ListOptions) => list(cli, options));
  host
    .command('show <host>')
    .description('one machine, by id or host name')
    .action((name: string) => show(cli, name));
  pageOptions(host.command('software <host>'))
    .description('what is installed on a machine')
    .option('--at <time>', 'at a time in the past (RFC 3339, UTC)')
    .option('--search <text>', 'only packages whose name has this in it')
    .action((name: string, options: PageOptions & { at?: string; search?: string }) =>
      listSoftware(cli, name, options),
    );
  pageOptions(host.command('timeline <host>'))
    .description('what happened on a machine, newest first')
    .action((name: string, options: PageOptions) => listTimeline(cli, name, options));
  host
    .command('enrol')
    .alias('enroll')
    .description('what to paste on the machine that is to join; it works once, within the hour')
    .argument('[labels...]', 'labels it gets, as env=prod')
    .option('--as <host>', 'the machine is this one: it gets a new key and keeps its history')
    .action((labels: string[], options: { as?: string }) => enrol(cli, labels, options.as));
  worthOptions(host.command('label <host> [labels...]'))
    .description('set labels (env=prod), take them away (env-), or set what a machine is worth')
    .action((name: string, labels: string[], options: WorthOptions) => label(cli, name, labels, options));
  host
    .command('retire <host>')
    .description('refuse its key from now on; its history stays')
    .action((name: string) => retire(cli, name));
  registerHostAdmission(host, cli);
  registerHostCare(host, cli);
  registerHostSsh(host, cli);
}

type State = 'patched' | 'missing' | 'waiting' | 'failed' | 'unknown';
type ListOptions = PageOptions & { filter?: string; state?: State; liveness?: Liveness };

async function list(cli: Cli, { filter, state, liveness, ...options }: ListOptions): Promise<void> {
  const call = await openClient(cli);
  await printPages(cli, options, (query) => call('listAssets', { query: { ...query, filter, state, liveness } }), [
    { title: 'HOST', value: (row) => row.hostname },
    { title: 'STATE', value: (row) => ({ state: row.state }) },
    { title: 'ACT', value: (row) => row.missing.act },
    { title: 'ATTEND', value: (row) => row.missing.attend },
    { title: 'TRACK*', isExtra: true, value: (row) => row.missing.track_star },
    { title: 'TRACK', isExtra: true, value: (row) => row.missing.track },
    { title: 'OS', value: (row) => row.facts?.os.name ?? null },
    { title: 'LABELS', isExtra: true, value: (row) => labelText(row.labels) },
    { title: 'LIVENESS', value: (row) => row.liveness },
    { title: 'SEEN', isExtra: true, value: (row) => ({ instant: row.last_check_in_at }) },
    { title: 'NEXT', isExtra: true, value: (row) => row.next_step },
  ]);
}

async function show(cli: Cli, name: string): Promise<void> {
  const call = await openClient(cli);
  const host = await call('readAsset', { params: { id: name } });
  if (cli.options().json === true) return printJson(cli, host);
  const { facts, missing } = host;
  printFields(cli, [
    ['Host', host.hostname],
    ['Id', host.id],
    ['State', { state: host.state }],
    ['Missing', `${missing.act} act, ${missing.attend} attend, ${missing.track_star} track*, ${missing.track} track`],
    ['Next step', host.next_step],
    ['OS', facts?.os.name ?? null],
    ['Support', supportText(host.support)],
    ['Kernel', facts?.kernel_running ?? null],
    ['Reboot needed', facts === null ? null : facts.reboot_required],
    ['Reasons', facts?.reboot_reasons.join('; ') ?? null],
    ['On deleted libraries', staleText(host)],
    ['Package lists', { instant: facts?.lists_refreshed_at ?? null }],
    ['Lists error', facts?.lists_error ?? null],
    ['Agent', agentText(host)],
    ['Labels', labelText(host.labels)],
    ['Owner', host.owner],
    ['Service group', host.service_group],
    ['Criticality', host.criticality],
    ['Data sensitivity', host.data_sensitivity],
    ['Exposure', host.exposure],
    ['Packages', host.package_count],
    ['Inventory', { instant: host.inventory_at }],
    ['Liveness', host.liveness],
    ['Last check-in', { instant: host.last_check_in_at }],
    ['Enrolled', { instant: host.enrolled_at }],
    ['Key', host.key],
  ]);
  noteBlockers(cli, host.blocked_by);
}

async function listSoftware(
  cli: Cli,
  name: string,
  { at, search, ...options }: PageOptions & { at?: string; search?: string },
): Promise<void> {
  const call = await openClient(cli);
  const read = (query: { limit: number; cursor?: string }) =>
    call('listAssetSoftware', { params: { id: name }, query: { ...query, at, search } });
  await printPages(cli, options, read, [
    { title: 'PACKAGE', value: (row) => row.name },
    { title: 'VERSION', value: (row) => row.version },
    { title: 'AVAILABLE', value: (row) => row.candidate_version },
    { title: 'ARCH', value: (row) => row.architecture },
    { title: 'SOURCE', isExtra: true, value: (row) => row.source },
    { title: 'SOURCE VERSION', isExtra: true, value: (row) => row.source_version },
  ]);
}

async function listTimeline(cli: Cli, name: string, options: PageOptions): Promise<void> {
  const call = await openClient(cli);
  await printPages(cli, options, (query) => call('listAssetTimeline', { params: { id: name }, query }), [
    { title: 'WHEN', value: (row) => ({ instant: row.at }) },
    { title: 'WHAT', value: (row) => row.kind },
    { title: 'CHANGE', value: (row) => row.change },
    { title: 'TEXT', value: (row) => row.text },
  ]);
}

async function enrol(cli: Cli, labels: string[], asset: string | undefined): Promise<void> {
  const call = await openClient(cli);
  const { set } = readLabels(labels);
  const code = await call('createEnrolmentCode', { body: { labels: set, asset } });
  if (cli.options().json === true) return printJson(cli, code);
  note(cli, `Paste this on the machine before ${code.expires_at}; it works once:`);
  for (const line of code.command.split('\n')) printLine(cli, visibleText(line));
}

async function label(cli: Cli, name: string, labels: string[], options: WorthOptions): Promise<void> {
  const { set, gone } = readLabels(labels);
  const call = await openClient(cli);
  const host = await call('readAsset', { params: { id: name } });
  const kept = Object.entries(host.labels).filter(([key]) => !gone.includes(key));
  const worth = readWorth(options);
  const body = { ...worth, ...(labels.length > 0 ? { labels: { ...Object.fromEntries(kept), ...set } } : {}) };
  const changed = await call('updateAsset', { params: { id: host.id }, ifMatch: String(host.version), body });
  if (cli.options().json === true) return printJson(cli, changed);
  printLine(cli, `${visibleText(changed.hostname)}: ${visibleText(labelText(changed.labels)) || 'no labels'}`);
}

async function retire(cli: Cli, name: string): Promise<void> {
  const call = await openClient(cli);
  const host = await call('readAsset', { params: { id: name } });
  await confirm(cli, `Retire ${visibleText(host.hostname)} (${visibleText(host.id)})? Its key is refused from now on.`);
  await call('retireAsset', { params: { id: host.id } });
  printLine(cli, `${visibleText(host.hostname)} is retired.`);
}

function staleText({ reached_by, facts }: Output<'readAsset'>): string | null {
  if (reached_by === 'ssh') return 'not read over SSH';
  return facts?.stale_services.map(({ unit }) => unit).join(', ') ?? null;
}

/** Who speaks for a machine, and how far its word goes. */
function agentText({ reached_by, facts }: Output<'readAsset'>): string | null {
  if (reached_by === 'ssh') return 'none: read over SSH, on the word of the connection; nothing can be deployed to it';
  const agent = facts?.agent ?? null;
  return agent === null ? null : `${agent.version}, ${agent.mode}, trust root ${agent.root_version ?? 'none'}`;
}

/** Until when the system is mended, in words. */
function supportText(support: Output<'readAsset'>['support']): string | null {
  if (support === null) return null;
  const { product, cycle, state, ends_on, extended_until } = support;
  const extended = extended_until === null ? '' : `; extended support until ${extended_until}`;
  if (state === 'supported') return `${product} ${cycle}: security fixes until ${ends_on}${extended}`;
  return `${product} ${cycle}: out of support${ends_on === null ? '' : ` since ${ends_on}`}${extended}`;
}
