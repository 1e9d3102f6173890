/** One entry of `softwareupdate --list`. */
export interface MacUpdate {
  label: string;
  title: string;
  version: string;
  /** In bytes. */
  size: number | null;
  is_recommended: boolean;
  needs_restart: boolean;
}

/** Reads `softwareupdate --list`: a line `* Label: …`, and below it what it is, with a comma behind each part. */
export function parseUpdates(text: string): MacUpdate[] {
  return text
    .split(/^\* Label: /m)
    .slice(1)
    .flatMap((part) => {
      const [label = '', details = ''] = part.split('\n').map((line) => line.trim());
      const field = (name: string) => new RegExp(`(?:^|, )${name}: ([^,]*)`).exec(details)?.[1]?.trim() ?? '';
      const [, size] = /^([0-9]{1,12})(?:KiB|K)$/.exec(field('Size')) ?? [];
      if (label === '' || field('Version') === '') return [];
      return [
        {
          label,
          title: field('Title'),
          version: field('Version'),
          size: size === undefined ? null : Number(size) * 1024,
          is_recommended: field('Recommended') === 'YES',
          needs_restart: field('Action') === 'restart',
        },
      ];
    });
}

/** Reads `sw_vers`: the system's name and version; null for anything else. */
export function parseSwVers(text: string): { name: string; version: string } | null {
  const field = (name: string) => new RegExp(`^${name}:\\s*(\\S.*?)\\s*$`, 'm').exec(text)?.[1];
  const [name, version] = [field('ProductName'), field('ProductVersion')];
  return name === undefined || version === undefined ? null : { name, version };
}
