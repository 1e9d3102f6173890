import { xmlAttributes, xmlElement, xmlText } from '../read-xml.ts';

/** One line of what zypper can update. `kind` is `package`, or `patch` for an advisory. */
export interface ZypperUpdate {
  kind: string;
  name: string;
  edition: string;
  edition_old: string;
  architecture: string;
  repository: string;
  category: string;
  severity: string;
  cves: string[];
}

/** Reads `zypper -x list-updates` and `list-patches`. */
export function parseUpdates(text: string): ZypperUpdate[] {
  return [...text.matchAll(/<update (?:[^>]*[^/])?>([\s\S]*?)<\/update>/g)].map(([whole, body = '']) => {
    const attributes = xmlAttributes(whole.slice(0, whole.indexOf('>')));
    const field = (name: string) => attributes.get(name) ?? '';
    return {
      kind: field('kind'),
      name: field('name'),
      edition: field('edition'),
      edition_old: field('edition-old'),
      architecture: field('arch'),
      repository: xmlAttributes(/<source [^>]*>/.exec(body)?.[0] ?? '').get('alias') ?? '',
      category: field('category'),
      severity: field('severity'),
      cves: [...body.matchAll(/<issue type="cve" id="(CVE-\d{4}-\d{4,19})"/g)].map(([, id = '']) => id),
    };
  });
}

/** One package of a summary of zypper's, with the version it has now. */
export interface SummaryStep {
  name: string;
  architecture: string;
  from: string | null;
  to: string;
}

/** Reads the summary that `zypper -x install` prints before it asks; null when there is none. */
export function parseSummary(text: string): { steps: SummaryStep[]; removes: string[] } | null {
  const summary = /<install-summary[\s\S]*?<\/install-summary>/.exec(text)?.[0];
  if (summary === undefined) return null;
  const steps: SummaryStep[] = [];
  const removes: string[] = [];
  for (const [, section = '', body = ''] of summary.matchAll(/<(to-[a-z-]+)>([\s\S]*?)<\/\1>/g)) {
    for (const [tag] of body.matchAll(/<solvable [^>]*>/g)) {
      const attributes = xmlAttributes(tag);
      if (attributes.get('type') !== 'package') continue;
      const name = attributes.get('name') ?? '';
      if (section === 'to-remove') removes.push(name);
      else
        steps.push({
          name,
          architecture: attributes.get('arch') ?? '',
          from: attributes.get('edition-old') ?? null,
          to: attributes.get('edition') ?? '',
        });
    }
  }
  return { steps, removes };
}

/** What zypper says went wrong, and the problems its solver found, in one text. */
export function readComplaints(text: string): string {
  const errors = [...text.matchAll(/<message type="error">([^<]*)<\/message>/g)].map(([, words = '']) =>
    xmlText(words),
  );
  const problems = [...text.matchAll(/<text>([^<]*)<\/text>/g)].map(([, words = '']) => xmlText(words));
  const described = xmlElement(text, 'description');
  return [...problems.filter((words) => /Problem|nothing provides/.test(words)), described, ...errors]
    .filter((words) => words !== '')
    .join(' · ');
}

/** The names that `/etc/zypp/locks` holds, where it names packages by themselves. */
export function parseLocks(text: string): string[] {
  return [...text.matchAll(/^solvable_name:\s*(\S+)\s*$/gm)].map(([, name = '']) => name);
}
