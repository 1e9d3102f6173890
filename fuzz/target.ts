/** One reader of foreign bytes, and what is tried on it. */
export interface FuzzTarget {
  name: string;
  /** Inputs to begin with: real ones, and small ones. */
  seeds(): Uint8Array[];
  /**
   * Reads the input and tells what it read. `chunk` is how many bytes come at a time, for readers of streams.
   * @throws one of REFUSALS for what is not readable; anything else that is thrown is a finding.
   */
  run(input: Uint8Array, chunk: number): unknown;
  /** A source file or folder of this reader: the words it looks for are worth trying. */
  source: string;
  /** Reads bytes as they come, so that the answer must not depend on where they are cut. */
  isStream: boolean;
}

/** The errors that are thrown on purpose at a boundary, by name; those of schemas and of JSON.parse too. */
const REFUSALS = [
  'ApiError',
  'CliError',
  'DocumentRefused',
  'FeedRefused',
  'FeedUnreachable',
  'InvalidArgumentError',
  'Problem',
  'RecordRefused',
  'SyntaxError',
  'UsageError',
  'ZodError',
];

/** Whether an error is a declared way to say no. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && REFUSALS.includes(error.constructor.name);
}

/** Bytes as text, as readers of whole files take them; what is not UTF-8 becomes U+FFFD. */
export function toText(input: Uint8Array): string {
  return new TextDecoder().decode(input);
}

/** The input in pieces of one size. */
export async function* inPieces(input: Uint8Array, chunk: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < input.length; at += chunk) yield input.subarray(at, at + chunk);
}

/** The value of a JSON text; undefined for any other. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
