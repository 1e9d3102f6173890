import { asRecord } from '../advisories/read-fields.ts';
import { expandHostPattern } from './expand-host-pattern.ts';
import {
  checkHostText,
  type HostList,
  type ListedHost,
  MOST_HOSTS,
  mergeListed,
  readListedHost,
  toHostList,
} from './host-list.ts';

/** A group of an inventory: its own machines with their variables, its variables, and the groups in it. */
interface Group {
  hosts: Map<string, Variables>;
  variables: Variables;
  children: Set<string>;
}
type Variables = Map<string, string>;
type Groups = Map<string, Group>;

const FACTS = ['owner', 'service_group', 'criticality', 'data_sensitivity', 'exposure'];
/** Variables that begin so are labels. Others are not looked at: an inventory may hold passwords. */
const LABEL_PREFIX = 'fleetmend_';
const MOST_GROUPS = 10_000;

/**
 * Machines of an Ansible inventory in INI form
 * (https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html). A group becomes the label `group.<name>=yes`;
 * of the variables only our facts and those called `fleetmend_<label>` are taken.
 */
export function readAnsibleIni(text: string): HostList {
  const tooMuch = checkHostText(text);
  if (tooMuch !== null) return { error: tooMuch };
  const groups: Groups = new Map();
  let section = { name: 'ungrouped', kind: 'hosts' };
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.replace(/(^|\s)[#;].*$/, '').trim();
    if (line === '') continue;
    const head = /^\[([^\]:]+)(?::(vars|children))?\]$/.exec(line);
    if (head !== null) section = { name: head[1]?.trim() ?? '', kind: head[2] ?? 'hosts' };
    if (groups.size > MOST_GROUPS) return { error: `more than ${MOST_GROUPS} groups` };
    const group = groupOf(groups, section.name);
    if (head !== null) continue;
    const error = takeLine(group, section.kind, line);
    if (error !== null) return { error: `line ${at + 1}: ${error}` };
  }
  return resolve(groups);
}

/** The same of an inventory in YAML form, parsed already. */
export function readAnsibleYaml(document: unknown): HostList {
  const top = asRecord(document);
  if (top === null) return { error: 'the document is no mapping of groups' };
  const groups: Groups = new Map();
  const open: [name: string, body: unknown][] = Object.entries(top);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (groups.size > MOST_GROUPS) return { error: `more than ${MOST_GROUPS} groups` };
    const [name, body] = next;
    const group = groupOf(groups, name);
    const record = asRecord(body);
    for (const [pattern, variables] of Object.entries(asRecord(record?.['hosts']) ?? {})) {
      const error = addHosts(group, pattern, scalarsOf(variables));
      if (error !== null) return { error: `group ${name}: ${error}` };
    }
    for (const [key, value] of scalarsOf(record?.['vars'])) group.variables.set(key, value);
    for (const [child, inner] of Object.entries(asRecord(record?.['children']) ?? {})) {
      group.children.add(child);
      open.push([child, inner]);
    }
  }
  return resolve(groups);
}

function groupOf(groups: Groups, name: string): Group {
  const group = groups.get(name) ?? { hosts: new Map(), variables: new Map(), children: new Set() };
  groups.set(name, group);
  return group;
}

function takeLine(group: Group, kind: string, line: string): string | null {
  if (kind === 'children') {
    group.children.add(line);
    return null;
  }
  if (kind === 'vars') {
    const [, key = '', value = ''] = /^([^=\s]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (key === '') return `${JSON.stringify(line.slice(0, 60))} is no variable`;
    group.variables.set(key, unquote(value));
    return null;
  }
  const [pattern = '', ...rest] = line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  const variables: Variables = new Map();
  for (const word of rest) {
    const at = word.indexOf('=');
    if (at < 1) return `${JSON.stringify(word.slice(0, 60))} is no variable of ${pattern}`;
    variables.set(word.slice(0, at), unquote(word.slice(at + 1)));
  }
  return addHosts(group, pattern, variables);
}

function unquote(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}

/** Members that are a text, a number or a yes-or-no; lists and mappings are no labels. */
function scalarsOf(value: unknown): Variables {
  const scalars = Object.entries(asRecord(value) ?? {}).filter(([, each]) =>
    ['string', 'number', 'boolean'].includes(typeof each),
  );
  return new Map(scalars.map(([key, each]) => [key, String(each)]));
}

function addHosts(group: Group, pattern: string, variables: Variables): string | null {
  const names = expandHostPattern(pattern);
  if (names === null) return `${JSON.stringify(pattern.slice(0, 60))} is no host name or range of them`;
  for (const name of names) group.hosts.set(name, new Map([...(group.hosts.get(name) ?? []), ...variables]));
  return group.hosts.size > MOST_HOSTS ? `more than ${MOST_HOSTS} machines` : null;
}

/** A group's variables hold for the machines of the groups in it; the nearer says more, the machine itself the most. */
function resolve(groups: Groups): HostList {
  const parents = new Map<string, string[]>();
  for (const [name, { children }] of groups)
    for (const child of children) parents.set(child, [...(parents.get(child) ?? []), name]);
  const hosts = new Map<string, ListedHost>();
  for (const [name, group] of groups) {
    const line = lineage(name, parents);
    const inherited = line.toReversed().flatMap((each) => [...(groups.get(each)?.variables ?? [])]);
    const labels = line
      .filter((each) => each !== 'all' && each !== 'ungrouped')
      .map((each): [string, string] => [`group.${each.toLowerCase()}`, 'yes']);
    for (const [hostname, own] of group.hosts) {
      const host = readListedHost(hostname, new Map([...labels, ...wanted([...inherited, ...own])]));
      if ('error' in host) return host;
      mergeListed(hosts, host);
    }
  }
  return toHostList(hosts);
}

function wanted(variables: readonly (readonly [string, string])[]): [string, string][] {
  return variables.flatMap(([key, value]): [string, string][] => {
    if (FACTS.includes(key)) return [[key, value]];
    return key.startsWith(LABEL_PREFIX) ? [[key.slice(LABEL_PREFIX.length), value]] : [];
  });
}

/** A group and all those it is in, the nearest first; a circle ends where it began. */
function lineage(name: string, parents: ReadonlyMap<string, readonly string[]>): string[] {
  const seen = new Set([name]);
  for (const each of seen) for (const parent of parents.get(each) ?? []) seen.add(parent);
  return [...seen];
}
