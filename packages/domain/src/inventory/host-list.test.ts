import { describe, expect, test } from 'vitest';
import { expandHostPattern } from './expand-host-pattern.ts';
import type { HostList } from './host-list.ts';
import { readAnsibleIni, readAnsibleYaml } from './read-ansible-inventory.ts';
import { readCsvHosts } from './read-csv-hosts.ts';

function byName(list: HostList) {
  if ('error' in list) throw new Error(list.error);
  return Object.fromEntries(list.hosts.map(({ hostname, ...rest }) => [hostname, rest]));
}

describe('CSV', () => {
  test('facts of ours, other columns as labels, a cell of labels, quotes and empty cells', () => {
    const text = `\ufeffHostname,Owner,Criticality,env,labels,note\r\nweb-01,"Ann, ops",high,prod,role=web tier=1,\r\n\r\ndb-01,,,prod,,"says ""hi"""\r\n`;
    expect(byName(readCsvHosts(text))).toEqual({
      'web-01': { owner: 'Ann, ops', criticality: 'high', labels: { env: 'prod', role: 'web', tier: '1' } },
      'db-01': { labels: { env: 'prod', note: 'says "hi"' } },
    });
  });
  test('a machine on two lines keeps what only the first says', () => {
    expect(byName(readCsvHosts('host,env,role\nweb,prod,\nweb,,app'))).toEqual({
      web: { labels: { env: 'prod', role: 'app' } },
    });
  });
  test.each([
    ['', 'line 1: no column is called'],
    ['a,b\n1,2', 'line 1: no column is called'],
    ['host,env\n\n', 'it names no machine'],
    ['host\nweb 01', 'row 2: "web 01" is no host name'],
    ['host\n-oProxyCommand=x', 'row 2: "-oProxyCommand=x" is no host name'],
    ['host,criticality\nweb,urgent', 'row 2: web: criticality is low, medium, high, not "urgent"'],
    ['host,Größe\nweb,1', 'row 2: web: "größe" is no label'],
    ['host,env\nweb,"prod', 'row 2: a quote is not closed'],
    [`host,env\nweb,${'x'.repeat(101)}`, 'row 2: web: the label env is longer than 100'],
    ['host,env\nweb,"a\nb"', 'row 2: web: env is longer than 200 characters or not on one line'],
  ])('refuses %j', (text, message) => {
    const list = readCsvHosts(text);
    expect('error' in list && list.error).toContain(message);
  });
  test('a heading called __proto__ is a refusal and nothing else', () => {
    const list = readCsvHosts('host,__proto__\nweb,x');
    expect('error' in list && list.error).toContain('is no label');
  });
});

describe('Ansible', () => {
  const INI = `
# everything
lonely ansible_host=10.0.0.9
[web]
web[01:02].example.org ansible_user=root db_password=secret fleetmend_env=prod ; a comment
[db]
db-a owner="Ann Example" criticality=high
[db:vars]
fleetmend_env = stage
criticality=low
[site:children]
web
db
[site:vars]
fleetmend_env=none
fleetmend_site=north
`;
  test('INI: ranges, groups as labels, variables from the farther to the nearer, and no password', () => {
    const site = { 'group.site': 'yes', site: 'north' };
    expect(byName(readAnsibleIni(INI))).toEqual({
      lonely: { labels: {} },
      'web01.example.org': { labels: { 'group.web': 'yes', env: 'prod', ...site } },
      'web02.example.org': { labels: { 'group.web': 'yes', env: 'prod', ...site } },
      'db-a': { owner: 'Ann Example', criticality: 'high', labels: { 'group.db': 'yes', env: 'stage', ...site } },
    });
  });
  test('YAML says the same', () => {
    const document = {
      all: {
        hosts: { lonely: null },
        children: {
          site: {
            vars: { fleetmend_site: 'north' },
            children: { web: { hosts: { 'web[1:2]': { fleetmend_tier: 1, list: ['no'], db_password: 's' } } } },
          },
        },
      },
    };
    const labels = { 'group.web': 'yes', 'group.site': 'yes', site: 'north', tier: '1' };
    expect(byName(readAnsibleYaml(document))).toEqual({ lonely: { labels: {} }, web1: { labels }, web2: { labels } });
  });
  test('groups in a circle end', () => {
    expect(byName(readAnsibleIni('[a]\nh\n[a:children]\nb\n[b:children]\na'))).toEqual({
      h: { labels: { 'group.a': 'yes', 'group.b': 'yes' } },
    });
  });
  test.each([
    ['[web]\nweb[1:x]', 'line 2: "web[1:x]" is no host name or range'],
    ['[web]\nweb[1:99999]', 'line 2: "web[1:99999]" is no host name or range'],
    ['[web]\nweb stray', 'line 2: "stray" is no variable of web'],
    ['[web:vars]\nstray', 'line 2: "stray" is no variable'],
    ['[web]\n$(reboot)', '"$(reboot)" is no host name'],
  ])('refuses %j', (text, message) => {
    const list = readAnsibleIni(text);
    expect('error' in list && list.error).toContain(message);
  });
  test('refuses YAML that is no inventory', () => {
    for (const document of [null, 7, 'text', ['web']]) expect(readAnsibleYaml(document)).toHaveProperty('error');
  });
});

test.each([
  ['plain', ['plain']],
  ['n[08:10]', ['n08', 'n09', 'n10']],
  ['n[1:5:2]-[a:b]', ['n1-a', 'n1-b', 'n3-a', 'n3-b', 'n5-a', 'n5-b']],
  ['n[3:1]', null],
  ['n[1:2:0]', null],
  ['n[a:2]', null],
  ['n[', null],
  ['[1:500][1:500]', null],
])('the pattern %s', (pattern, names) => expect(expandHostPattern(pattern)).toEqual(names));
