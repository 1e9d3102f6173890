/** One line of `apt list --upgradable`. */
export interface Upgradable {
  name: string;
  architecture: string;
  installed_version: string;
  candidate_version: string;
}

const LINE = /^([a-z0-9][a-z0-9+.-]*)\/\S* (\S+) ([a-z0-9-]+) \[upgradable from: (\S+)\]$/;

/** Reads `apt list --upgradable`: the set every other part of the agent is held to. */
export function parseUpgradable(text: string): Upgradable[] {
  const found: Upgradable[] = [];
  for (const line of text.split('\n')) {
    const [, name, candidate_version, architecture, installed_version] = LINE.exec(line) ?? [];
    if (
      name === undefined ||
      candidate_version === undefined ||
      architecture === undefined ||
      installed_version === undefined
    )
      continue;
    found.push({ name, architecture, installed_version, candidate_version });
  }
  return found;
}
