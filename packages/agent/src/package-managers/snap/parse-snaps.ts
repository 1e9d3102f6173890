import type { AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { z } from 'zod';
import { plainUpdate, statedSoftware, wordOf } from '../observed.ts';
import type { Installed } from '../package-manager.ts';
import { parseJson } from '../parse-json.ts';

const snapSchema = z.object({
  name: z.string(),
  version: z.string(),
  /** A snap is exact by its revision; several may have one version. */
  revision: z.union([z.string(), z.number()]).transform(String),
  status: z.string().default('active'),
  channel: z.string().default(''),
  /** Until when its owner holds it back; absent when nobody does. */
  hold: z.string().optional(),
});
const answerSchema = z.object({ type: z.literal('sync'), result: z.array(snapSchema) });
export type Snap = z.infer<typeof snapSchema>;

/** Reads what snapd answers to `GET /v2/snaps` and to `GET /v2/find?select=refresh`. @throws DocumentRefused for anything else. */
export function parseSnaps(text: string): Snap[] {
  return parseJson(answerSchema, text).result;
}

/** What is active; of each snap an older revision may lie beside it. */
export function describeSnaps(snaps: readonly Snap[], now: Date): Installed {
  const installed: Installed = { software: [], unfinished: [], held: new Set() };
  for (const { name, version, revision, status, hold } of snaps) {
    if (status !== 'active') continue;
    installed.software.push(
      ...statedSoftware('snap', { name, version: versionOf(version, revision), source_version: wordOf(version) }),
    );
    if (hold !== undefined && Date.parse(hold) > now.getTime()) installed.held.add(`${name}:all`);
  }
  return installed;
}

/** What the store has instead. It says nothing of security. */
export function describeRefreshes(snaps: readonly Snap[], { software, held }: Installed): AvailableUpdate[] {
  return snaps.flatMap(({ name, version, revision, channel }) =>
    plainUpdate(
      software.find((each) => each.name === name),
      { version: versionOf(version, revision), origin: channel || 'snap', is_held: held.has(`${name}:all`) },
    ),
  );
}

function versionOf(version: string, revision: string): string {
  return `${wordOf(version)}+rev${revision}`;
}
