import { Problem, type ProblemCode } from '@fleetmend/api/problems.ts';
import { checkYaml } from '@fleetmend/domain/feeds/yaml-guard.ts';
import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import type { z } from 'zod';
import { explainIssue } from './explain-issue.ts';
import { placeOf } from './yaml-place.ts';

/** One thing that is wrong: where in the value, and in the text when that is known. */
export interface Fault {
  path: readonly PropertyKey[];
  text: string;
  /** The key itself is wrong, not what stands under it. */
  key?: string;
  /** Characters from the start of the text, where the place does not follow from the path. */
  offset?: number;
}

/** A kind of document that people write in YAML. */
export interface DocumentKind<Value> {
  /** What it is called in a refusal. */
  what: string;
  problem: ProblemCode;
  schema: z.ZodType<Value>;
  /** What the schema cannot say. */
  check(value: Value): Fault[];
}

/** Enough for any document that a person writes; a text that repeats one anchor a thousand times is an attack. */
const MAX_ALIASES = 20;
const MAX_FAULTS = 50;
/** The parser compares each key of a mapping with each to find one that stands twice. */
const YAML_LIMITS = { yaml_depth: 64, yaml_entries: 3000, yaml_line: 20_000 };
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/;

/**
 * Reads one YAML document of a kind: known keys, and values that pass its schema and its check.
 * @throws Problem of that kind, each error with its line and column, and the nearest known word for an unknown one.
 */
export function readDocument<Value>(yaml: string, kind: DocumentKind<Value>): Value {
  const control = CONTROL.exec(yaml);
  if (control !== null)
    return refuse(kind, [{ path: [], text: 'a control character cannot stand here', offset: control.index }], yaml);
  if (!yaml.isWellFormed()) return refuse(kind, [{ path: [], text: 'the text is not valid Unicode', offset: 0 }], yaml);
  const { document, faults } = parse(yaml, kind.what);
  if (document === null) return refuse(kind, faults, yaml);
  const value = toValue(document);
  if (typeof value === 'string') return refuse(kind, [{ path: [], text: value, offset: 0 }], yaml);
  const parsed = kind.schema.safeParse(value.value);
  if (!parsed.success)
    return refuse(
      kind,
      parsed.error.issues.flatMap((issue) => explainIssue(issue, value.value, kind.schema)),
      yaml,
      document,
    );
  const found = kind.check(parsed.data);
  return found.length === 0 ? parsed.data : refuse(kind, found, yaml, document);
}

/** What is wrong with a document beside its text: the same problem, in the same form. */
export function refuseDocument<Value>(faults: readonly Fault[], yaml: string, kind: DocumentKind<Value>): never {
  return refuse(kind, faults, yaml, parse(yaml, kind.what).document);
}

type Parsed = { document: Document.Parsed; faults: [] } | { document: null; faults: Fault[] };

function parse(yaml: string, what: string): Parsed {
  const tooMuch = checkYaml(yaml, YAML_LIMITS);
  if (tooMuch !== null) return { document: null, faults: [{ path: [], text: tooMuch, offset: 0 }] };
  const documents = parseAllDocuments(yaml, { prettyErrors: false, logLevel: 'silent' });
  const list = 'empty' in documents ? [] : documents;
  const refused = (text: string, offset: number) => ({ document: null, faults: [{ path: [], text, offset }] });
  const [document, second] = list;
  if (document === undefined || document.contents === null) return refused(`there is no ${what} in this text`, 0);
  const problems = list.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  const tooDeep = problems.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (tooDeep !== undefined) return refused('nested too deeply', tooDeep.pos[0]);
  if (problems.length > 0) {
    return {
      document: null,
      faults: problems.map(({ message, pos }) => ({ path: [], text: message, offset: pos[0] })),
    };
  }
  if (second !== undefined) return refused(`a second document begins; a text holds one ${what}`, second.range[0]);
  return { document, faults: [] };
}

/** The plain value, or why there is none. `yaml` defines `__proto__` as an own key, so the schema refuses it like any other. */
function toValue(document: Document.Parsed): { value: unknown } | string {
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch (error) {
    if (error instanceof ReferenceError) return `anchors and aliases: ${error.message}`;
    throw error;
  }
}

function refuse(
  { problem }: DocumentKind<unknown>,
  faults: readonly Fault[],
  yaml: string,
  document: Document.Parsed | null = null,
): never {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = yaml.indexOf('\n'); at >= 0; at = yaml.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  const placed = faults.map((fault) => ({
    ...fault,
    offset: fault.offset ?? (document === null ? 0 : placeOf(document, fault.path, fault.key)),
  }));
  placed.sort((a, b) => a.offset - b.offset);
  const errors = placed.slice(0, MAX_FAULTS).map(({ path, key, text, offset }) => {
    const { line, col } = lines.linePos(offset);
    return {
      pointer: toPointer(key === undefined ? path : [...path, key]),
      message: `line ${line}, column ${col}: ${text}`,
    };
  });
  throw new Problem(problem, errors.map(({ message }) => message).join('; '), errors);
}

/** RFC 6901. */
function toPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('') || '/';
}
