// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal escapes are what is taken out
const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-_]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]+/g;

/** Text from a program or a maintainer script, made safe to show: no terminal escapes, one line, at most `max` characters. */
export function hostLine(text: string, max = 4000): string {
  const plain = text.replace(ESCAPES, '').replace(CONTROLS, ' ').trim();
  return plain.length > max ? `${plain.slice(0, max - 1)}…` : plain;
}
