import { z } from 'zod';
import { parseJson } from '../parse-json.ts';

const releaseSchema = z.object({
  /** What stands for the content of a file alone has none. */
  Version: z.string().optional(),
  RemoteId: z.string().default(''),
  Checksum: z.array(z.string()).default([]),
  Locations: z.array(z.string()).default([]),
  /** What releases before 1.9 say instead of `Locations`. */
  Uri: z.string().optional(),
  Issues: z.array(z.string()).default([]),
});

const devicesSchema = z.object({
  Devices: z.array(
    z.object({
      DeviceId: z.string().regex(/^[0-9a-f]{40}$/),
      Name: z.string().default('device'),
      Guid: z.array(z.string()).default([]),
      Version: z.string().optional(),
      Flags: z.array(z.string()).default([]),
      Releases: z.array(releaseSchema).default([]),
    }),
  ),
});

/** A version of firmware that one of the machine's remotes has for a device. */
export interface Release {
  version: string;
  remote: string;
  /** Of the archive; null where its remote gives none, and then nothing can be approved. */
  sha256: string | null;
  location: string | null;
  /** What it says it fixes: ids of CVEs and of others. */
  issues: string[];
}

/** A device whose firmware has a version. */
export interface Device {
  /** Its name and its model, the same on every machine that has one. */
  name: string;
  /** The daemon's own id: where on this machine it is plugged in. */
  id: string;
  guid: string;
  version: string;
  flags: string[];
  releases: Release[];
}

/** Reads `fwupdmgr get-devices --json` and `get-updates --json`. @throws DocumentRefused for what is neither. */
export function parseDevices(text: string): Device[] {
  const devices = parseJson(devicesSchema, text).Devices;
  const guids = devices.map(({ Guid, DeviceId }) => guidOf(Guid) ?? DeviceId);
  return devices.flatMap((device, at): Device[] => {
    const guid = guids[at] ?? device.DeviceId;
    if (device.Version === undefined) return [];
    // Two of one model on one machine are told apart by where they are plugged in.
    const selector = guids.filter((each) => each === guid).length > 1 ? device.DeviceId : guid;
    return [
      {
        name: `${slug(device.Name)}.${selector}`,
        id: device.DeviceId,
        guid,
        version: device.Version,
        flags: device.Flags,
        releases: device.Releases.flatMap(readRelease),
      },
    ];
  });
}

function readRelease(release: z.infer<typeof releaseSchema>): Release[] {
  if (release.Version === undefined) return [];
  return [
    {
      version: release.Version,
      remote: release.RemoteId,
      sha256: release.Checksum.find((sum) => /^[0-9a-f]{64}$/.test(sum)) ?? null,
      location: release.Locations[0] ?? release.Uri ?? null,
      issues: release.Issues,
    },
  ];
}

function guidOf(guids: readonly string[]): string | null {
  return guids.find((guid) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(guid)) ?? null;
}

/** A device's name as a package's: letters, digits and dashes, at most 100. */
function slug(name: string): string {
  return (
    name
      .replace(/[^A-Za-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 100) || 'device'
  );
}

/** What fwupd selects a device by, from the name we gave it. */
export function selectorIn(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}

/** fwupd's words for its numbers from 1 (libfwupd, FwupdReleaseUrgency). */
const URGENCIES = ['low', 'medium', 'high', 'critical'];

const property = z.object({ data: z.unknown() });
const upgradesSchema = z.object({ data: z.tuple([z.array(z.record(z.string(), property))]) });

/** Reads how urgent each version is from the daemon's own `GetReleases`, as busctl prints it; its JSON for people leaves that out. */
export function parseUrgencies(text: string): Map<string, string> {
  const urgencies = new Map<string, string>();
  for (const release of parseJson(upgradesSchema, text).data[0]) {
    const [version, urgency] = [release['Version']?.data, release['Urgency']?.data];
    const word = typeof urgency === 'number' ? URGENCIES[urgency - 1] : undefined;
    if (typeof version === 'string' && word !== undefined) urgencies.set(version, word);
  }
  return urgencies;
}
