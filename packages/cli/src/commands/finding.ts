import type { Output } from '@fleetmend/api/client.ts';
import { CLEARED_WORDS, FINDING_WORDS } from '@fleetmend/domain/findings/finding-words.ts';
import { type Command, Option } from 'commander';
import type { Cli } from '../cli.ts';
import { openClient } from '../open-client.ts';
import { checkOption, type PageOptions, pageOptions, printPages } from '../pages.ts';
import { printFields, printJson } from '../print.ts';

export function register(program: Command, cli: Cli): void {
  const finding = program.command('finding').description('which vulnerability touches which machine, and how we know');
  checkOption(pageOptions(finding.command('list')))
    .description('findings; with --check the run ends with 3 when there are any')
    .option('--host <host>', 'only those of one machine')
    .option('--patch <patch>', 'only those a patch clears')
    .option('--cve <id>', 'only one vulnerability: "does it touch us?"')
    .option('--cleared', 'those that are over, instead of the open ones')
    .action((options: ListOptions) => list(cli, options));
  finding
    .command('show <finding>')
    .description('one finding: what was compared, who says so, who decided, what it waits for')
    .action((id: string) => show(cli, id));
  finding
    .command('export')
    .description('all open findings, and those that VEX has answered, as one VEX document')
    .addOption(new Option('--format <form>', 'the form').choices(['openvex', 'csaf', 'cyclonedx']).default('openvex'))
    .action(async ({ format }: { format: 'openvex' | 'csaf' | 'cyclonedx' }) => {
      const call = await openClient(cli);
      printJson(cli, await call('exportVex', { query: { format } }));
    });
}

type ListOptions = PageOptions & { host?: string; patch?: string; cve?: string; cleared?: boolean };

async function list(cli: Cli, { host, patch, cve, cleared, ...options }: ListOptions): Promise<void> {
  const call = await openClient(cli);
  const filter = {
    asset: host,
    patch,
    vulnerability: cve,
    state: cleared === true ? ('cleared' as const) : ('open' as const),
  };
  await printPages(cli, options, (query) => call('listFindings', { query: { ...query, ...filter } }), [
    { title: 'VULNERABILITY', value: (row) => row.vulnerability ?? 'security update' },
    { title: 'HOST', value: (row) => row.hostname },
    { title: 'PACKAGE', value: (row) => row.package },
    { title: 'INSTALLED', value: (row) => row.installed_version },
    { title: 'FIXED IN', value: (row) => row.fixed_version },
    { title: 'STATE', value: (row) => stateOf(row) },
    { title: 'WAITS FOR', value: (row) => row.waits_for },
    { title: 'EXPLOITED', value: (row) => row.is_known_exploited },
    { title: 'EPSS', isExtra: true, value: (row) => row.epss },
    { title: 'CVSS', isExtra: true, value: (row) => row.cvss },
    { title: 'KNOWN FROM', isExtra: true, value: (row) => row.evidence.map(({ source }) => source).join(', ') },
    { title: 'DECIDED BY', isExtra: true, value: (row) => row.decided_by },
    { title: 'FINDING', isExtra: true, value: (row) => row.id },
    { title: 'SINCE', isExtra: true, value: (row) => ({ instant: row.detected_at }) },
  ]);
}

type Finding = Output<'readFinding'>;

/** What its publisher says of it, or why it is over. */
function stateOf({ state, is_rejected, cleared_because }: Finding): string {
  if (cleared_because !== null) return `over: ${CLEARED_WORDS[cleared_because]}`;
  return is_rejected ? 'rejected by the CVE programme' : FINDING_WORDS[state];
}

async function show(cli: Cli, id: string): Promise<void> {
  const call = await openClient(cli);
  const finding = await call('readFinding', { params: { id } });
  if (cli.options().json === true) return printJson(cli, finding);
  printFields(cli, [
    ['Finding', finding.id],
    ['Vulnerability', finding.vulnerability ?? 'security update, none named'],
    ['Host', finding.hostname],
    ['Package', `${finding.package}:${finding.architecture}`],
    ['Installed', finding.installed_version],
    ['Fixed in', finding.fixed_version],
    ['State', stateOf(finding)],
    ['Waits for', finding.waits_for],
    ['Decided by', finding.decided_by],
    ...finding.evidence.flatMap((each) => [
      ['Known from', `${each.source}: ${each.detail} (${each.rule})`] as const,
      ['As of', { instant: each.as_of }] as const,
    ]),
    ['Known exploited', finding.is_known_exploited],
    ['CVSS', finding.cvss],
    ['EPSS', finding.epss],
    ['Found', { instant: finding.detected_at }],
    ['Over', { instant: finding.cleared_at }],
  ]);
}
