/** What a parser of YAML may have to hold. */
export interface YamlLimits {
  /** Lists and mappings in brackets, in one another. */
  yaml_depth: number;
  /** Lines, and entries of lists and mappings in brackets. */
  yaml_entries: number;
}

const LINE_FEED = 0x0a;
const COMMA = 0x2c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/**
 * Looks at a text before any parser of YAML does, each of which needs microseconds for an entry and falls over depths.
 * Brackets in quoted texts count too, so a line that begins without one begins anew.
 * @returns what is too much, in words; null while nothing is
 */
export function checkYaml(text: string, limits: YamlLimits): string | null {
  let entries = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === LINE_FEED) {
      entries++;
      if (isWord(text.charCodeAt(at + 1))) depth = 0;
    } else if (code === COMMA) entries++;
    else if (OPENING.has(code)) {
      depth++;
      entries++;
    } else if (CLOSING.has(code) && depth > 0) depth--;
    if (depth > limits.yaml_depth) return `Its YAML is nested deeper than ${limits.yaml_depth} levels.`;
    if (entries > limits.yaml_entries) return `It has more than ${limits.yaml_entries} lines and entries.`;
  }
  return null;
}

function isWord(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f;
}
