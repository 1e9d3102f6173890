import { VEX_JUSTIFICATIONS, type VexStatus } from '../../advisories/vex/vex-statement.ts';
import type { VexEntry, VexMaking } from './vex-entry.ts';

const PLACES: Readonly<Record<VexStatus, string>> = {
  not_affected: 'known_not_affected',
  affected: 'known_affected',
  fixed: 'fixed',
  under_investigation: 'under_investigation',
};

/** Statements as a CSAF 2.0 document of the VEX profile (section 4.5); `readCsafVex` reads it back. */
export function writeCsafVex(
  entries: readonly VexEntry[],
  { id, author, now, version }: VexMaking,
): Record<string, unknown> {
  const ids = new Map([...new Set(entries.map(({ purl }) => purl))].map((purl, at) => [purl, `PRODUCT-${at + 1}`]));
  const named = new Map(entries.map((each) => [each.purl, each]));
  const vulnerabilities = new Map<string, VexEntry[]>();
  for (const each of entries)
    vulnerabilities.set(each.vulnerability, [...(vulnerabilities.get(each.vulnerability) ?? []), each]);
  return {
    document: {
      category: 'csaf_vex',
      csaf_version: '2.0',
      publisher: { category: 'user', name: author, namespace: `urn:uuid:${id}` },
      title: `What is known of ${named.size} packages`,
      tracking: {
        id: `fleetmend-${id}`,
        current_release_date: now,
        initial_release_date: now,
        generator: { date: now, engine: { name: 'fleetmend', version } },
        revision_history: [{ date: now, number: '1', summary: 'First version.' }],
        status: 'final',
        version: '1',
      },
    },
    product_tree: {
      full_product_names: [...named.values()].map(({ name, version: installed, purl }) => ({
        product_id: ids.get(purl),
        name: `${name} ${installed}`,
        product_identification_helper: { purl },
      })),
    },
    vulnerabilities: [...vulnerabilities].map(([name, own]) => vulnerabilityOf(name, own, ids)),
  };
}

function vulnerabilityOf(name: string, entries: readonly VexEntry[], ids: ReadonlyMap<string, string>) {
  const isCve = /^CVE-[0-9]{4}-[0-9]{4,}$/.test(name);
  const status = Object.fromEntries(
    Object.entries(PLACES).flatMap(([own, place]) => {
      const products = entries.filter((each) => each.status === own).map(({ purl }) => ids.get(purl));
      return products.length === 0 ? [] : [[place, products]];
    }),
  );
  const each = (kind: VexStatus) => entries.filter((entry) => entry.status === kind);
  const flags = each('not_affected').flatMap(({ purl, justification }) => {
    const label = VEX_JUSTIFICATIONS.find((known) => known === justification);
    return label === undefined ? [] : [{ label, product_ids: [ids.get(purl)] }];
  });
  const threats = each('not_affected').map(({ purl, impact }) => ({
    category: 'impact',
    details: impact,
    product_ids: [ids.get(purl)],
  }));
  const remediations = each('affected').map(({ purl, action }) => ({
    category: action?.startsWith('Update ') === true ? 'vendor_fix' : 'none_available',
    details: action,
    product_ids: [ids.get(purl)],
  }));
  return {
    ...(isCve ? { cve: name } : { ids: [{ system_name: 'advisory', text: name }] }),
    notes: [{ category: 'summary', text: `${name} in packages that are installed.`, title: 'What this is' }],
    product_status: status,
    ...(flags.length === 0 ? {} : { flags }),
    ...(threats.length === 0 ? {} : { threats }),
    ...(remediations.length === 0 ? {} : { remediations }),
  };
}
