import { type Cli, paint } from './cli.ts';
import { relativeTime } from './relative-time.ts';
import { visibleJson, visibleText } from './visible-text.ts';
import type { Rollout } from './watch-rollout.ts';

/** Machines that a terminal shows at once; the rest is counted. */
const SHOWN_MACHINES = 20;

/** How a rollout is shown while it is followed: in place on a terminal, one line per change of state elsewhere. */
export function showProgress(cli: Cli): (rollout: Rollout) => void {
  if (cli.options().json === true) return (rollout) => cli.io.stdout.write(`${visibleJson(rollout, 0)}\n`);
  return cli.io.stdout.isTty ? inPlace(cli) : lineByLine(cli);
}

function lineByLine(cli: Cli): (rollout: Rollout) => void {
  let before = new Map<string, string>();
  return (rollout) => {
    const now = new Map(stateLines(rollout));
    for (const [key, line] of now) {
      if (before.get(key) !== line) cli.io.stdout.write(`${[cli.io.now().toISOString(), key, line].join('\t')}\n`);
    }
    before = now;
  };
}

/** Each part of a rollout with its state: `host web-01` → `installing ⇥ detail`. */
function stateLines({ id, state, reason, rings, gates, deployments }: Rollout): [string, string][] {
  const cells = (...texts: string[]) => texts.map(visibleText).join('\t');
  return [
    [cells('rollout', id), cells(state, reason ?? '')],
    ...rings.map((ring): [string, string] => [
      cells('ring', ring.name),
      cells(ring.state, `${ring.verified} of ${ring.total} verified, ${ring.failed} failed`),
    ]),
    ...gates.map((gate): [string, string] => [cells('gate', gate.name), cells(gate.verdict, gate.detail)]),
    ...deployments.map((each): [string, string] => [cells('host', each.hostname), cells(each.state, each.detail)]),
  ];
}

function inPlace(cli: Cli): (rollout: Rollout) => void {
  let height = 0;
  return (rollout) => {
    const lines = treeLines(cli, rollout).map((line) => cut(line, cli.io.stdout.columns - 1));
    const up = height > 0 ? `\u001b[${height}A` : '';
    cli.io.stdout.write(`${up}${lines.map((line) => `\u001b[2K${line}\n`).join('')}\u001b[0J`);
    height = lines.length;
  };
}

function treeLines(cli: Cli, rollout: Rollout): string[] {
  const order = (state: string) =>
    /fail|refuse|unreach/.test(state) ? 0 : /verified|queued|skipped|rolled_back/.test(state) ? 2 : 1;
  const machines = rollout.deployments.toSorted((a, b) => order(a.state) - order(b.state));
  const hidden = machines.length - SHOWN_MACHINES;
  return [
    `${rollout.id}  ${rollout.state}  ${rollout.sentence}`,
    ...rollout.rings.map((ring) => {
      const bake =
        ring.bake_until === null
          ? ''
          : `, watched until ${ring.bake_until} (${relativeTime(ring.bake_until, cli.io.now())})`;
      return `├ ring ${ring.name}  ${ring.state}  ${ring.verified}/${ring.total} verified, ${ring.failed} failed, ${ring.in_flight} in flight${bake}`;
    }),
    ...rollout.gates.map((gate) => `├ gate ${gate.name}  ${gate.verdict}  ${gate.detail}`),
    ...machines.slice(0, SHOWN_MACHINES).map((each) => `├ ${each.hostname}  ${each.state}  ${each.detail}`),
    ...(hidden > 0 ? [`├ and ${hidden} more`] : []),
    `└ ${rollout.next_step}`,
  ].map((line, i) => (i === 0 ? paint(cli, 'bold', visibleText(line)) : visibleText(line)));
}

/** Cuts before the line would wrap, which would break going up again. Our own colour codes have no width. */
function cut(line: string, columns: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colour codes of `paint`
  const bare = line.replace(/\u001b\[\d+m/g, '');
  return Array.from(bare).length <= columns
    ? line
    : `${Array.from(bare)
        .slice(0, columns - 1)
        .join('')}…`;
}
