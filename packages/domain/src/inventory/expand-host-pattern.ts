const RANGE = /\[([0-9]{1,6}|[a-z]):([0-9]{1,6}|[a-z])(?::([0-9]{1,4}))?\]/;
const MOST = 10_000;

/**
 * The names that a pattern of Ansible stands for: `web[01:12].example.org`, `db-[a:c]`, `rack[1:9:2]-[a:b]`; numbers keep the
 * zeros they are written with. Null for a range that is none, or for more than 10,000 names.
 */
export function expandHostPattern(pattern: string): string[] | null {
  const match = RANGE.exec(pattern);
  if (match === null) return /[[\]]/.test(pattern) ? null : [pattern];
  const [whole, from = '', to = '', step = '1'] = match;
  const values = rangeOf(from, to, Number(step));
  if (values === null) return null;
  const names: string[] = [];
  for (const value of values) {
    const rest = expandHostPattern(pattern.slice(0, match.index) + value + pattern.slice(match.index + whole.length));
    if (rest === null || names.length + rest.length > MOST) return null;
    names.push(...rest);
  }
  return names;
}

function rangeOf(from: string, to: string, step: number): string[] | null {
  const isNumber = /^[0-9]/.test(from);
  if (step < 1 || isNumber !== /^[0-9]/.test(to)) return null;
  const first = isNumber ? Number(from) : from.charCodeAt(0);
  const last = isNumber ? Number(to) : to.charCodeAt(0);
  if (last < first || (last - first) / step >= MOST) return null;
  const values: string[] = [];
  for (let at = first; at <= last; at += step)
    values.push(isNumber ? String(at).padStart(from.startsWith('0') ? from.length : 0, '0') : String.fromCharCode(at));
  return values;
}
