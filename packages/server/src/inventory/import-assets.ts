import type { Output } from '@fleetmend/api/client.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { checkYaml } from '@fleetmend/domain/feeds/yaml-guard.ts';
import type { HostList, ListedHost } from '@fleetmend/domain/inventory/host-list.ts';
import { readAnsibleIni, readAnsibleYaml } from '@fleetmend/domain/inventory/read-ansible-inventory.ts';
import { readCsvHosts } from '@fleetmend/domain/inventory/read-csv-hosts.ts';
import { type Document, isScalar, parseDocument, visit } from 'yaml';
import { recordAudit } from '../audit/record-audit.ts';
import type { Given } from '../platform/bind.ts';
import type { Ctx } from '../platform/context.ts';
import { upsertDiscovered } from './asset-care.store.ts';
import { isChangedBy, writePatch } from './edit-assets.ts';
import { type AssetView, listAssetViews } from './inventory.queries.ts';

type Import = Given<'importAssets'>['body'];

const READERS: Record<Import['format'], (text: string) => HostList> = {
  csv: readCsvHosts,
  ansible_ini: readAnsibleIni,
  ansible_yaml: readYaml,
};

/**
 * Takes what a list says of its machines: enrolled ones get its labels and worth, the others are kept as known but not
 * enrolled. A name that is two assets' changes neither. @throws Problem `invalid` for a list that cannot be read: then nothing is taken
 */
export async function importAssets(
  ctx: Ctx,
  { format, name, text, is_dry_run }: Import,
): Promise<Output<'importAssets'>> {
  const list = READERS[format](text);
  if ('error' in list)
    throw new Problem('invalid', `${name}: ${list.error}`, [{ pointer: '/text', message: list.error }]);
  const named = nameAssets(await listAssetViews(ctx.db));
  const ambiguous: string[] = [];
  const discovered: ListedHost[] = [];
  const matched: { asset: AssetView; host: ListedHost }[] = [];
  for (const host of list.hosts) {
    const found = named(host.hostname);
    const [asset] = found;
    if (asset === undefined) discovered.push(host);
    else if (found.length > 1) ambiguous.push(host.hostname);
    else matched.push({ asset, host });
  }
  const changed = matched.filter(({ asset, host }) => isChangedBy(asset, patchOf(host)));
  if (!is_dry_run) {
    for (const { asset, host } of changed) await writePatch(ctx, asset, patchOf(host));
    await upsertDiscovered(ctx.db, discovered, `${name} by ${ctx.actor.label}`, ctx.now);
    await recordAudit(ctx, {
      verb: 'asset.import',
      object: 'assets',
      detail: { name, format, changed: changed.map(({ asset }) => asset.id), discovered: discovered.length },
    });
  }
  return {
    read: list.hosts.length,
    matched: matched.length,
    changed: changed.length,
    discovered: discovered.length,
    ambiguous,
  };
}

function patchOf({ hostname: _name, ...said }: ListedHost) {
  return said;
}

/** Assets by name: the whole one, and the short one where a list or an asset leaves the domain out. */
function nameAssets(assets: readonly AssetView[]): (hostname: string) => readonly AssetView[] {
  const whole = Map.groupBy(assets, ({ hostname }) => hostname.toLowerCase());
  const short = Map.groupBy(assets, ({ hostname }) => shortName(hostname));
  return (hostname) => {
    const name = hostname.toLowerCase();
    const same = whole.get(name);
    if (same !== undefined) return same;
    return (short.get(shortName(name)) ?? []).filter((each) => each.hostname.includes('.') !== name.includes('.'));
  };
}

function shortName(hostname: string): string {
  return hostname.toLowerCase().split('.')[0] ?? '';
}

/** The parser takes some 50 µs for an entry, and the server does nothing else meanwhile. */
const YAML_LIMITS = { yaml_depth: 64, yaml_entries: 50_000, yaml_line: 20_000 };

function readYaml(text: string): HostList {
  const tooMuch = checkYaml(text, YAML_LIMITS);
  if (tooMuch !== null) return { error: tooMuch };
  const document = parseDocument(text, { schema: 'core', merge: false, uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined) return { error: error.message.split('\n')[0] ?? 'no YAML' };
  const twice = findTwice(document);
  if (twice !== null) return { error: `${JSON.stringify(twice.slice(0, 60))} stands twice in one mapping` };
  try {
    return readAnsibleYaml(document.toJS({ maxAliasCount: 100 }));
  } catch (thrown) {
    return { error: thrown instanceof Error ? thrown.message : 'no YAML' };
  }
}

/** A key that a mapping has twice; the parser's own way to find it compares each key with each. */
function findTwice(document: Document): string | null {
  let twice: string | null = null;
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) twice = String(key.value);
        seen.add(key.value);
      }
      return twice === null ? undefined : visit.BREAK;
    },
  });
  return twice;
}
