/** One package a dry run would unpack. */
export interface SimulatedInstall {
  name: string;
  /** Of the version to come; `all` included. */
  architecture: string;
  from: string | null;
  to: string;
  origin: string;
}

export interface Simulation {
  installs: SimulatedInstall[];
  removes: string[];
}

const INSTALL = /^Inst (\S+?)(?::[a-z0-9-]+)? (?:\[([^\]]+)\] )?\((\S+) (.*?) ?\[([a-z0-9-]+)\]\)/;
const REMOVE = /^(?:Remv|Purg) (\S+)/;

/** Reads the action lines of `apt-get -s`; everything else it prints is for people. */
export function parseSimulation(text: string): Simulation {
  const simulation: Simulation = { installs: [], removes: [] };
  for (const line of text.split('\n')) {
    const removed = REMOVE.exec(line)?.[1];
    if (removed !== undefined) simulation.removes.push(removed);
    const [, name, from, to, origin, architecture] = INSTALL.exec(line) ?? [];
    if (name === undefined || to === undefined || architecture === undefined) continue;
    simulation.installs.push({ name, architecture, from: from ?? null, to, origin: (origin ?? '').trim() });
  }
  return simulation;
}
