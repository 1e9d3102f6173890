/** What a parser of YAML may have to hold. */
export interface YamlLimits {
  /** Lists and mappings in brackets, in one another; lines may be indented twice as many spaces. */
  yaml_depth: number;
  /** Lines, and entries of lists and mappings in brackets. */
  yaml_entries: number;
  /** Characters of one line. */
  yaml_line: number;
}

const LINE_FEED = 0x0a;
const COMMA = 0x2c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/**
 * Looks at a text before any parser of YAML does, each of which needs microseconds for an entry and falls over depths.
 * Brackets in quoted texts count too, so a line that begins with a letter begins anew.
 * @returns what is too much, in words; null while nothing is
 */
export function checkYaml(text: string, limits: YamlLimits): string | null {
  const tooFarIn = ' '.repeat(limits.yaml_depth * 2 + 1);
  let entries = 0;
  let depth = 0;
  let lineFrom = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === LINE_FEED) {
      lineFrom = at + 1;
      entries++;
      if (text.startsWith(tooFarIn, lineFrom)) depth = Number.POSITIVE_INFINITY;
      else if (isLetter(text.charCodeAt(lineFrom))) depth = 0;
    } else if (code === COMMA) entries++;
    else if (OPENING.has(code)) depth++;
    else if (CLOSING.has(code)) depth = Math.max(0, depth - 1);
    const complaint = judge({ yaml_depth: depth, yaml_entries: entries, yaml_line: at - lineFrom }, limits);
    if (complaint !== null) return complaint;
  }
  return null;
}

function judge(found: YamlLimits, limits: YamlLimits): string | null {
  if (found.yaml_depth > limits.yaml_depth) return `Its YAML is nested deeper than ${limits.yaml_depth} levels.`;
  if (found.yaml_entries > limits.yaml_entries) return `It has more than ${limits.yaml_entries} lines and entries.`;
  return found.yaml_line > limits.yaml_line ? `A line in it is longer than ${limits.yaml_line} characters.` : null;
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f;
}
