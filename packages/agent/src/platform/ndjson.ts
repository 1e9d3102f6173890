/**
 * The values of an append-only NDJSON text. A last line that a crash cut short is left out; a broken line before it
 * means the file was tampered with or the disk is failing, and is reported.
 */
export function parseLines(text: string): { values: unknown[]; broken: number } {
  const lines = text.split('\n');
  lines.pop();
  const values: unknown[] = [];
  let broken = 0;
  for (const line of lines) {
    if (line === '') continue;
    try {
      values.push(JSON.parse(line));
    } catch {
      broken++;
    }
  }
  return { values, broken };
}

/** Cuts a stream of bytes into lines. Throws RangeError when a line passes `maxBytes`, so that nobody can fill the memory. */
export function lineSplitter(onLine: (line: string) => void, maxBytes: number): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let held = 0;
  return (chunk) => {
    let rest = chunk;
    for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
      const line = Buffer.concat([...parts, rest.subarray(0, at)]).toString('utf8');
      parts = [];
      held = 0;
      rest = rest.subarray(at + 1);
      onLine(line);
    }
    if (rest.length === 0) return;
    parts.push(rest);
    held += rest.length;
    if (held > maxBytes) throw new RangeError(`a line is longer than ${maxBytes} bytes`);
  };
}
