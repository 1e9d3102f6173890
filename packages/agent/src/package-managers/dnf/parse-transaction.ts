/** One package in a table of dnf's; its version whole, with an epoch where there is one. */
export interface TableRow {
  name: string;
  architecture: string;
  version: string;
  repository: string;
}

const COMING =
  /^(?:Installing|Upgrading|Downgrading|Reinstalling|Installing (?:weak )?dependencies|Installing group\/module packages):$/;
const GOING = /^(?:Removing|Removing (?:unused )?dependen\S+(?: packages)?):$/;
/** Name, architecture, version, repository, size; below a thousand bytes dnf writes no unit. */
const ROW = /^(\S+) (\S+) (\S+) (\S+) \d[\d.]*(?: (?:[kMGB]|KiB|MiB|GiB))?$/;

/**
 * Reads the table that dnf prints before it asks. A name too long for its column stands on a line of its own, so rows are
 * read as words. What a package replaces stands below it and goes; that it replaces itself, as dnf 5 says, is an upgrade.
 */
export function parseTransaction(text: string): { steps: TableRow[]; removes: string[] } {
  const steps: TableRow[] = [];
  const removes: string[] = [];
  let section = '';
  let held = '';
  for (const line of text.split('\n').map((each) => each.trimEnd())) {
    const isRow = line.startsWith(' ');
    if (!isRow) section = line;
    held = isRow ? `${held} ${line.trim()}`.trim().replace(/ +/g, ' ') : '';
    const replaced = /^replacing (\S+)/.exec(held)?.[1];
    if (replaced !== undefined && !replaced.startsWith(steps.at(-1)?.name ?? '')) removes.push(replaced);
    const row = readRow(held);
    if (row !== null && GOING.test(section)) removes.push(row.name);
    if (row !== null && COMING.test(section)) steps.push(row);
    if (row !== null || replaced !== undefined) held = '';
  }
  return { steps, removes };
}

function readRow(words: string): TableRow | null {
  const [, name, architecture, version, repository] = ROW.exec(words) ?? [];
  if (name === undefined || architecture === undefined || version === undefined || repository === undefined)
    return null;
  return { name, architecture, version, repository };
}
