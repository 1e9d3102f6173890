import type { AssetFacts } from '../asset.ts';
import { macFacts, osFacts, rebootReasons } from '../host-facts.ts';
import { hostLine } from '../host-line.ts';
import { newestKernel } from '../newest-kernel.ts';
import type { PackageList } from '../package-lists/package-list.ts';
import { PACKAGE_LISTS, READER_MARK } from './reader-script.ts';

/** What a machine said over SSH, taken apart: nothing of it is believed or checked yet. */
export interface SshAnswer {
  sections: ReadonlyMap<string, string>;
  /** The lists that were printed, each with the exit code of its program; null where the answer ends before it. */
  lists: { list: PackageList; text: string; exit: number | null }[];
}

const PART = new RegExp(`^@${READER_MARK} `, 'm');

/** Takes the unpacked answer of the reader apart. Of sections of one name the first counts; what has no name is left out. */
export function readAnswer(text: string): SshAnswer {
  const sections = new Map<string, string>();
  const lists: SshAnswer['lists'] = [];
  for (const part of text.split(PART).slice(1)) {
    const end = part.indexOf('\n');
    const [name = '', ecosystem = ''] = (end === -1 ? part : part.slice(0, end)).split(' ');
    const body = end === -1 ? '' : part.slice(end + 1);
    const last = lists.at(-1);
    if (name === 'exit' && last?.exit === null) last.exit = /^\d{1,3}$/.test(ecosystem) ? Number(ecosystem) : null;
    const list = name === 'list' ? PACKAGE_LISTS.find((each) => each.ecosystem === ecosystem) : undefined;
    if (list !== undefined) lists.push({ list, text: body, exit: null });
    else if (!sections.has(name)) sections.set(name, body);
  }
  return { sections, lists };
}

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  i686: 'i386',
  ppc64le: 'ppc64el',
};

/** The facts of an answer; what an unprivileged reader cannot know (services on replaced files, lists of updates) is left out. */
export function factsOfAnswer({ sections }: SshAnswer, installed: Parameters<typeof newestKernel>[0]): AssetFacts {
  const line = (name: string, max: number) => hostLine(sections.get(name) ?? '', max);
  const [hostname = '', kernel = '', machine = ''] = line('kernel', 600).split(' ');
  const [isRequired, ...packages] = (sections.get('reboot') ?? '').split('\n');
  const kernels = { running: hostLine(kernel, 200), installed: newestKernel(installed) };
  const reasons = rebootReasons({ isSet: isRequired === 'required', packages: packages.join('\n') }, kernels);
  return {
    hostname: hostLine(hostname, 253) || 'localhost',
    machine_id: line('machine_id', 100),
    mac_addresses: macFacts((sections.get('cards') ?? '').split('\n')),
    boot_id: line('boot_id', 100),
    os: osFacts(sections.get('os') ?? ''),
    architecture: hostLine((Object.hasOwn(ARCHITECTURES, machine) ? ARCHITECTURES[machine] : machine) ?? '', 40),
    kernel_running: kernels.running,
    kernel_installed: kernels.installed,
    reboot_required: reasons.length > 0,
    reboot_reasons: reasons,
    stale_services: [],
    lists_refreshed_at: null,
    lists_error: null,
    agent: null,
  };
}
