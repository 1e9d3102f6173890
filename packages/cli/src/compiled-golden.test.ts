import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RED_HAT_REPOSITORIES } from '@fleetmend/domain/advisories/read-trivy.ts';
import type { Rule } from '@fleetmend/domain/advisories/rule.ts';
import { createMatcher } from '@fleetmend/domain/findings/match-rules.ts';
import { matchSoftware } from '@fleetmend/domain/findings/match-software.ts';
import { installed } from '@fleetmend/domain/inventory/installed.ts';
import { platformsOf } from '@fleetmend/domain/inventory/platforms.ts';
import { expect, test } from 'vitest';
import { readFeedFile } from './read-feed-file.ts';
import { readInventoryFile } from './read-inventory-file.ts';

const DATA = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const GOLDEN = join(DATA, 'golden');

/** Golden sets of packages, each with its feeds. */
const SETS: [set: string, inventory: string, feeds: string[]][] = existsSync(GOLDEN)
  ? [
      ...readdirSync(GOLDEN)
        .filter((set) => set.startsWith('trivy-'))
        .map((set): (typeof SETS)[number] => [set, 'inventory.json', [`golden/${set}/advisories.json`]]),
      [
        'debian-dsa-debian_9',
        'inventory.json',
        ['debian/security-tracker-DSA-list.txt.gz', 'debian/security-tracker-DLA-list.txt.gz'],
      ],
      ['debian-pending-security-debian_12', 'inventory.json', ['debian/debian_security_suites_index.tsv.gz']],
      ['almalinux-osv-alma_8', 'inventory.json', ['advisories/almalinux_osv.ndjson.gz']],
      ['osv-api-answers', 'answers.ndjson.gz', ['advisories/pypi_osv.ndjson.gz', 'advisories/go_osv.ndjson.gz']],
    ]
  : [];

test.skipIf(existsSync(GOLDEN))('../shared/data is not there: nothing was compared with it', () => undefined);

test.each(SETS)('%s: compiled and one by one say the same', async (set, file, feeds) => {
  const read = await readInventoryFile(join(GOLDEN, set, file));
  // A machine's packages name their sources themselves; where a file lists them apart, they are packages here.
  const packages = [...read.packages, ...read.sources.map(({ name, version }) => installed(name, version))];
  const inventory = { ...read, packages, sources: [] };
  const rules: Rule[] = [];
  for (const feed of feeds)
    await readFeedFile(join(DATA, feed), { rule: (rule) => rules.push(rule), msrc: () => undefined });
  const match = createMatcher(inventory);
  const naive = rules.flatMap((rule, at) =>
    match(rule)
      .filter(({ state }) => state !== 'not_affected' && state !== 'withdrawn')
      .map((each) => [at, each.package, each.architecture, each.installed, each.state, each.fixed].join(' ')),
  );
  const at = new Map(rules.map((rule, index) => [rule, index]));
  const platforms = new Set(platformsOf(inventory, RED_HAT_REPOSITORIES));
  const compiled = matchSoftware(platforms, rules, inventory.packages).map(
    ({ rule, installed: subjectOf, state, fixed }) => {
      const { name, architecture, version, source, source_version } = subjectOf;
      const subject = rule.names === 'source' ? [source, '', source_version] : [name, architecture, version];
      return [at.get(rule), ...subject, state, fixed].join(' ');
    },
  );
  console.info(`${set}: ${rules.length} rules, ${inventory.packages.length} packages, ${naive.length} matches`);
  expect(naive.length).toBeGreaterThan(0);
  expect(new Set(compiled)).toEqual(new Set(naive));
});
