/** Two runs of ASCII digits as whole numbers of any length: no precision is lost, and leading zeros mean nothing. */
export function compareDigits(a: string, b: string): -1 | 0 | 1 {
  const x = stripZeros(a);
  const y = stripZeros(b);
  if (x.length !== y.length) return x.length < y.length ? -1 : 1;
  return compareText(x, y);
}

/** The order of the UTF-16 code units, as C's strcmp has it for ASCII and Java's compareTo has it for all text. */
export function compareText(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Number by number; the shorter list is filled up with `fill`, or is the smaller one when there is none to fill with. */
export function compareNumbers(a: readonly string[], b: readonly string[], fill: string | null): -1 | 0 | 1 {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const x = a[i] ?? fill;
    const y = b[i] ?? fill;
    if (x === null) return -1;
    if (y === null) return 1;
    const order = compareDigits(x, y);
    if (order !== 0) return order;
  }
  return 0;
}

/** Whether the text is nothing but ASCII digits, and at least one. */
export function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isDigitCode(text.charCodeAt(i))) return false;
  return text !== '';
}

export function isDigitCode(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isLetterCode(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function stripZeros(text: string): string {
  let start = 0;
  while (start < text.length && text.charCodeAt(start) === 48) start++;
  return start === 0 ? text : text.slice(start);
}
