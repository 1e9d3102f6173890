const LABEL = /^([a-z][a-z0-9_.-]{0,62})=(.{0,100})$/;

/** Labels as text, one `key=value` a line. */
export function writeLabels(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n');
}

/** Reads labels back; names the first line that is not one, or a key that comes twice. */
export function parseLabels(text: string): { labels: Record<string, string> } | { error: string } {
  const labels: Record<string, string> = {};
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, key, value] = LABEL.exec(line.trim()) ?? [];
    if (key === undefined || value === undefined) {
      return { error: `Line ${at + 1}: write key=value, the key in lower case, as in env=prod` };
    }
    if (Object.hasOwn(labels, key)) return { error: `Line ${at + 1}: “${key}” is there twice` };
    labels[key] = value;
  }
  return { labels };
}
