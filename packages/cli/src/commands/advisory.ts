import type { Output } from '@fleetmend/api/client.ts';
import { FINDING_WORDS } from '@fleetmend/domain/findings/finding-words.ts';
import type { Command } from 'commander';
import { type Cli, note } from '../cli.ts';
import { openClient } from '../open-client.ts';
import { checkOption, type PageOptions, pageOptions, printPages } from '../pages.ts';
import { type Cell, printFields, printJson } from '../print.ts';

type Advisory = Output<'readAdvisory'>;

export function register(program: Command, cli: Cli): void {
  const advisory = program
    .command('advisory')
    .description('what every feed says of an advisory or a CVE, and which machines it touches');
  pageOptions(advisory.command('list'))
    .description('advisories by their id')
    .option('--search <text>', 'only those whose id begins so')
    .option('--feed <feed>', 'only those of one feed')
    .action((options: ListOptions) => list(cli, options));
  advisory
    .command('show <id>')
    .description('an advisory or a CVE as each feed tells it, and how far it reaches')
    .action((id: string) => show(cli, id));
  pageOptions(advisory.command('rules <id>'))
    .description('which packages in which versions each feed says it is about')
    .action((id: string, options: PageOptions) => listRules(cli, id, options));
  checkOption(pageOptions(advisory.command('hosts <id>')))
    .description('the machines it touches, with the versions that were compared; with --check ends with 3 when any')
    .action((id: string, options: PageOptions) => listHosts(cli, id, options));
}

type ListOptions = PageOptions & { search?: string; feed?: string };

async function list(cli: Cli, { search, feed, ...options }: ListOptions): Promise<void> {
  const call = await openClient(cli);
  await printPages(cli, options, (query) => call('listAdvisories', { query: { ...query, search, feed } }), [
    { title: 'ADVISORY', value: (row) => row.id },
    { title: 'FEED', value: (row) => row.feed },
    { title: 'ABOUT', value: (row) => row.vulnerabilities.join(', ') },
    { title: 'SUMMARY', value: (row) => row.summary },
    { title: 'WITHDRAWN', value: (row) => ({ instant: row.withdrawn }) },
    { title: 'CHANGED', isExtra: true, value: (row) => ({ instant: row.modified }) },
  ]);
}

async function show(cli: Cli, id: string): Promise<void> {
  const call = await openClient(cli);
  const found = await call('readAdvisory', { params: { id } });
  if (cli.options().json === true) return printJson(cli, found);
  printFields(cli, [
    [found.kind === 'vulnerability' ? 'Vulnerability' : 'Advisory', found.id],
    ['Reach', describeReach(found.reach)],
    ...found.vulnerabilities.map((each) => ['Known of', describeVulnerability(each)] as const),
    ...found.told.flatMap(describeTold),
  ]);
  if (found.told_total > found.told.length)
    note(cli, `${found.told_total} advisories speak of it; ${found.told.length} are shown.`);
  if (found.reach.affected + found.reach.answered > 0) note(cli, `The machines: fleetmend advisory hosts ${found.id}`);
}

function describeReach({ affected, fixable, answered, known, total }: Advisory['reach']): string {
  const words = [`open on ${affected}, of them ${fixable} with a fix`, `answered by VEX on ${answered}`];
  const unknown = total - known;
  if (unknown > 0) words.push(`${unknown} ${unknown === 1 ? 'has' : 'have'} not told what they have`);
  return `${words.join('; ')}; ${total} machines in all`;
}

function describeVulnerability(each: Advisory['vulnerabilities'][number]): string {
  const { cvss, epss, known_exploited, severity } = each;
  const said = [
    each.is_rejected && 'rejected by the CVE programme: it counts for nothing',
    cvss !== null && `CVSS ${cvss.score} ${cvss.severity} (${cvss.source})`,
    cvss === null && severity !== null && `${severity.word} (${severity.source})`,
    epss !== null && `EPSS ${epss.score}`,
    known_exploited !== null && `known exploited since ${known_exploited.date_added}`,
    known_exploited?.is_ransomware === true && 'used by ransomware',
  ].filter((text) => typeof text === 'string');
  return `${each.id}: ${said.length === 0 ? 'no score, not in KEV' : said.join(', ')}`;
}

function describeTold(each: Advisory['told'][number]): (readonly [string, Cell])[] {
  const rules = `${each.rules} ${each.rules === 1 ? 'rule' : 'rules'}`;
  const word = each.severity === null ? '' : `, ${each.severity}`;
  return [
    ['Says', `${each.feed}: ${each.id} (${rules}${word})`],
    ...(each.summary === '' ? [] : [['', each.summary] as const]),
    ...(each.withdrawn === null ? [] : [['Withdrawn', { instant: each.withdrawn }] as const]),
    ['Published', { instant: each.published }],
    ['Changed', { instant: each.modified }],
    ['Read more', each.page],
    ...each.references.map((url) => ['Refers to', url] as const),
  ];
}

async function listRules(cli: Cli, id: string, options: PageOptions): Promise<void> {
  const call = await openClient(cli);
  await printPages(cli, options, (query) => call('listAdvisoryRules', { params: { id }, query }), [
    { title: 'FEED', value: (row) => row.feed },
    { title: 'ADVISORY', value: (row) => row.advisory },
    { title: 'PLATFORM', value: (row) => row.platform },
    { title: 'PACKAGE', value: (row) => row.package },
    { title: 'VERSIONS', value: (row) => row.versions.join('; ') },
    { title: 'WITHOUT A FIX', value: (row) => (row.has_fix ? null : FINDING_WORDS[row.unfixed]) },
    { title: 'BECAUSE', isExtra: true, value: (row) => row.reason },
  ]);
}

async function listHosts(cli: Cli, id: string, options: PageOptions): Promise<void> {
  const call = await openClient(cli);
  await printPages(cli, options, (query) => call('listAdvisoryAssets', { params: { id }, query }), [
    { title: 'HOST', value: (row) => row.hostname },
    { title: 'PACKAGE', value: (row) => row.package },
    { title: 'INSTALLED', value: (row) => row.installed_version },
    { title: 'FIXED IN', value: (row) => row.fixed_version },
    { title: 'STATE', value: (row) => FINDING_WORDS[row.state] },
    { title: 'WAITS FOR', value: (row) => row.waits_for },
    { title: 'VULNERABILITIES', value: (row) => row.vulnerabilities.join(', ') },
    { title: 'HOW WE KNOW', value: (row) => row.vex ?? row.evidence.map(({ detail }) => detail).join('; ') },
    { title: 'SINCE', isExtra: true, value: (row) => ({ instant: row.since }) },
  ]);
}
