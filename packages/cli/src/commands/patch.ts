import { percentOf } from '@fleetmend/domain/patches/risk-curve.ts';
import { type Command, InvalidArgumentError } from 'commander';
import { type Cli, note } from '../cli.ts';
import { addOfflineOptions, explain, type OfflineOptions } from '../explain-patch.ts';
import { openClient } from '../open-client.ts';
import { checkOption, type PageOptions, pageOptions, printPages } from '../pages.ts';
import { printFields, printJson, printTable } from '../print.ts';
import { noteBlockers } from '../report-error.ts';
import { visibleText } from '../visible-text.ts';

export function register(program: Command, cli: Cli): void {
  const patch = program.command('patch').description('what to ship next, in order, and why');
  checkOption(pageOptions(patch.command('list')))
    .description('patches, the first to ship first')
    .option('--host <host>', 'only those of one machine')
    .option('--decision <decision>', 'act, attend, track_star or track')
    .option('--search <text>', 'only those with this in their name or vulnerabilities')
    .option('--security', 'only security updates')
    .action((options: ListOptions) => list(cli, options));
  patch
    .command('show <patch>')
    .description('one patch: packages, vulnerabilities, machines')
    .action((id: string) => show(cli, id));
  pageOptions(patch.command('hosts <patch>'))
    .description('each machine and its relation to a patch')
    .action((id: string, options: PageOptions) => listHosts(cli, id, options));
  patch
    .command('curve')
    .description('the smallest choice of patches that removes most of the risk')
    .option('--share <percent>', 'of what patches can remove, 1 to 100', readPercent, 80)
    .option('--all', 'every patch that removes any, not only the smallest choice')
    .action((options: CurveOptions) => curve(cli, options));
  addOfflineOptions(patch.command('explain [patch]'))
    .description('why a patch stands where it stands, point by point; with --inventory from files, without a server')
    .action((id: string | undefined, options: OfflineOptions) => explain(cli, id, options));
}

type ListOptions = PageOptions & {
  host?: string;
  decision?: 'act' | 'attend' | 'track_star' | 'track';
  search?: string;
  security?: boolean;
};

async function list(cli: Cli, { host, decision, search, security, ...options }: ListOptions): Promise<void> {
  const call = await openClient(cli);
  const filter = { asset: host, decision, search, ...(security === true ? { security: 'true' as const } : {}) };
  await printPages(cli, options, (query) => call('listPatches', { query: { ...query, ...filter } }), [
    { title: '#', value: (row) => row.rank },
    { title: 'PATCH', value: (row) => row.id },
    { title: 'DECISION', value: (row) => ({ state: row.decision }) },
    { title: 'SCORE', value: (row) => row.score },
    { title: 'UPDATE', value: (row) => `${row.source} ${row.to_version}` },
    {
      title: 'MISSING',
      value: (row) => `${row.counts.missing + row.counts.waiting + row.counts.failed}/${row.counts.total}`,
    },
    { title: 'STATE', value: (row) => (row.asset_state === null ? null : { state: row.asset_state }) },
    { title: 'WHY', value: (row) => row.why.join('; ') },
    { title: 'DUE', isExtra: true, value: (row) => ({ instant: row.due_at }) },
    { title: 'NEXT', isExtra: true, value: (row) => row.next_step },
  ]);
}

async function show(cli: Cli, id: string): Promise<void> {
  const call = await openClient(cli);
  const patch = await call('readPatch', { params: { id } });
  if (cli.options().json === true) return printJson(cli, patch);
  const { counts } = patch;
  printFields(cli, [
    ['Patch', patch.id],
    ['Update', `${patch.source} → ${patch.to_version}`],
    ['Rank', patch.rank],
    ['Decision', { state: patch.decision }],
    ['Score', patch.score],
    ['Why', patch.why.join('; ')],
    [
      'Machines',
      `${counts.patched} patched, ${counts.missing} missing, ${counts.waiting} waiting, ${counts.failed} failed, ${counts.unknown} unknown, of ${counts.total}`,
    ],
    ['Due', { instant: patch.due_at }],
    ['Next step', patch.next_step],
    ['Change', patch.change],
    ['Origin', patch.origin],
    ['Security', patch.is_security],
    ['Vulnerabilities', patch.vulnerabilities.join(', ')],
    ['Known exploited', patch.known_exploited.join(', ')],
    ['First seen', { instant: patch.first_seen_at }],
    ...patch.packages.map(
      (each) =>
        ['Package', `${each.name}:${each.architecture} ${each.from_versions.join(', ')} → ${each.to_version}`] as const,
    ),
    ...patch.freshness.map((text) => ['Freshness', text] as const),
  ]);
  noteBlockers(cli, patch.blocked_by);
}

async function listHosts(cli: Cli, id: string, options: PageOptions): Promise<void> {
  const call = await openClient(cli);
  await printPages(cli, options, (query) => call('listPatchAssets', { params: { id }, query }), [
    { title: 'HOST', value: (row) => row.hostname },
    { title: 'STATE', value: (row) => ({ state: row.state }) },
    {
      title: 'PACKAGES',
      value: (row) => row.packages.map(({ name, from, to }) => `${name} ${from} → ${to}`).join(', '),
    },
    { title: 'DUE', value: (row) => ({ instant: row.due?.due_at ?? null }) },
    { title: 'WAITS FOR', value: (row) => row.blocked_by.map(({ text }) => text).join('; ') },
    { title: 'NEXT', isExtra: true, value: (row) => row.next_step },
    { title: 'SEEN', isExtra: true, value: (row) => ({ instant: row.last_check_in_at }) },
  ]);
}

interface CurveOptions {
  share: number;
  all?: boolean;
}

async function curve(cli: Cli, { share, all }: CurveOptions): Promise<void> {
  const call = await openClient(cli);
  const found = await call('readRiskCurve', { query: { share: share / 100 } });
  if (cli.options().json === true) return printJson(cli, found);
  note(cli, visibleText(found.sentence));
  if (found.not_counted > 0)
    note(cli, `${found.not_counted} findings are not counted: nobody tells how likely they are to be exploited`);
  const percent = (part: number) => percentOf(part, 1);
  printTable(cli, all === true ? found.points : found.points.slice(0, found.count), [
    { title: 'PATCH', value: (row) => row.patch },
    { title: 'DECISION', value: (row) => ({ state: row.decision }) },
    { title: 'RANK', value: (row) => row.rank },
    { title: 'UPDATE', value: (row) => `${row.source} ${row.to_version}` },
    { title: 'REMOVES', value: (row) => percent(row.gain_share) },
    { title: 'TOGETHER', value: (row) => percent(row.removed_share) },
  ]);
}

/** @throws InvalidArgumentError when it is no whole number from 1 to 100. */
function readPercent(text: string): number {
  const percent = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (percent < 1 || percent > 100) throw new InvalidArgumentError('Give a whole number from 1 to 100.');
  return percent;
}
