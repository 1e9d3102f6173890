import { randomUUID } from 'node:crypto';
import { Problem } from '@fleetmend/api/problems.ts';
import { type VexEntry, type VexMaking, withoutRepeats } from '@fleetmend/domain/findings/vex-out/vex-entry.ts';
import { writeCsafVex } from '@fleetmend/domain/findings/vex-out/write-csaf-vex.ts';
import { writeCycloneDxVex } from '@fleetmend/domain/findings/vex-out/write-cyclonedx-vex.ts';
import { writeOpenVex } from '@fleetmend/domain/findings/vex-out/write-openvex.ts';
import { installed } from '@fleetmend/domain/inventory/installed.ts';
import { operatingSystem } from '@fleetmend/domain/inventory/operating-system.ts';
import { purlOf } from '@fleetmend/domain/inventory/purl-of.ts';
import type { Ctx } from '../platform/context.ts';
import { readOrganization } from '../platform/organization.ts';
import { listStated, type StatedRow } from './vex.queries.ts';

const FORMS = { openvex: writeOpenVex, csaf: writeCsafVex, cyclonedx: writeCycloneDxVex } as const;
/** More statements than a document can usefully hold. */
const MAX_STATEMENTS = 500_000;
const SOURCE_ARCHITECTURES: Readonly<Record<string, string>> = { deb: 'source', rpm: 'src', apk: 'source', alpm: '' };

/** All open findings, and those that VEX has answered, as one document about source packages. @throws Problem `not-found` */
export async function exportVex(ctx: Ctx, format: keyof typeof FORMS): Promise<Record<string, unknown>> {
  const entries = withoutRepeats((await listStated(ctx.db, MAX_STATEMENTS)).map(entryOf));
  if (entries.length === 0) throw new Problem('not-found', 'There is no finding to state.');
  const { name } = await readOrganization(ctx.db);
  const making: VexMaking = { id: randomUUID(), author: name, now: ctx.now.toISOString(), version: '0.1.0' };
  return FORMS[format](entries, making);
}

function entryOf({
  vulnerability,
  ecosystem,
  source,
  installed_version,
  fixed_version,
  os,
  statement,
}: StatedRow): VexEntry {
  const architecture = Object.hasOwn(SOURCE_ARCHITECTURES, ecosystem) ? SOURCE_ARCHITECTURES[ecosystem] : undefined;
  const subject = installed(source, installed_version, {
    architecture: architecture ?? '',
    ecosystem: architecture === undefined ? ecosystem : null,
  });
  const purl = purlOf(subject, os === null ? null : operatingSystem(os.id, os.version_id));
  const entry = {
    vulnerability,
    name: source,
    version: installed_version,
    purl,
    justification: null,
    impact: null,
    action: null,
  };
  if (statement === null) {
    const action = fixed_version === null ? 'No fixed version is known yet.' : `Update ${source} to ${fixed_version}.`;
    return { ...entry, status: 'affected', action };
  }
  const { status, justification, impact, document } = statement;
  return { ...entry, status, justification, impact: impact ?? `${document.author || 'A VEX document'} says so.` };
}
