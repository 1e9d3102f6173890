/**
 * The one selector grammar, in policies, in the API and in the console: `env = prod and role in (web, db)`.
 *
 *     selector = term { "or" term } ; term = factor { "and" factor }
 *     factor   = "not" factor | "(" selector ")" | key ("=" | "!=") value | key "in" "(" value { "," value } ")"
 *
 * A key is a label, or one of `hostname`, `os`, `owner`, `service_group`, `criticality`, `data_sensitivity`, `exposure`. An empty selector is every asset.
 */
export type Selector =
  | { kind: 'all' }
  | { kind: 'is'; key: string; values: string[] }
  | { kind: 'not'; of: Selector }
  | { kind: 'and' | 'or'; of: Selector[] };

export interface Selectable {
  hostname: string;
  labels: Record<string, string>;
  owner: string | null;
  service_group: string | null;
  criticality: string | null;
  data_sensitivity: string | null;
  exposure: string | null;
  facts: { os: { id: string } } | null;
}

const TOKEN = /\s*(?:([()=,]|!=)|"([^"]*)"|([A-Za-z0-9_.:/@-]+))/y;
const MAX_DEPTH = 32;

interface Token {
  text: string;
  isWord: boolean;
  /** In quotes nothing is a mark or a word of the grammar. */
  isQuoted: boolean;
}

/** Reads a selector; what is wrong comes back as a sentence, never as an exception. */
export function parseSelector(text: string): Selector | { error: string } {
  const tokens = tokenize(text);
  if (typeof tokens === 'string') return { error: tokens };
  if (tokens.length === 0) return { kind: 'all' };
  try {
    const reader = new Reader(tokens);
    const selector = reader.selector(0);
    const left = reader.peek();
    return left === null ? selector : { error: `unexpected "${left.text}"; expected "and", "or" or the end` };
  } catch (error) {
    if (error instanceof SelectorError) return { error: error.message };
    throw error;
  }
}

class SelectorError extends Error {}

function tokenize(text: string): Token[] | string {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) return `cannot read "${text.slice(at, at + 20).trim()}" at character ${at + 1}`;
    const [, mark, quoted, word] = match;
    tokens.push({ text: mark ?? quoted ?? word ?? '', isWord: mark === undefined, isQuoted: quoted !== undefined });
  }
  return tokens;
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }
  peek(): Token | null {
    return this.#tokens[this.#at] ?? null;
  }
  #take(): Token | null {
    const token = this.peek();
    this.#at += 1;
    return token;
  }
  #isNext(text: string): boolean {
    const token = this.peek();
    if (token?.text !== text || token.isQuoted) return false;
    this.#at += 1;
    return true;
  }
  #expect(mark: string): void {
    const token = this.#take();
    if (token?.text !== mark || token.isQuoted)
      throw new SelectorError(`expected "${mark}" but found ${token ? `"${token.text}"` : 'the end'}`);
  }
  #word(what: string): string {
    const token = this.#take();
    if (token?.isWord !== true)
      throw new SelectorError(`expected ${what} but found ${token ? `"${token.text}"` : 'the end'}`);
    return token.text;
  }
  selector(depth: number): Selector {
    if (depth > MAX_DEPTH) throw new SelectorError('nested too deeply');
    return this.#list('or', () => this.#list('and', () => this.#factor(depth)));
  }
  #list(kind: 'and' | 'or', part: () => Selector): Selector {
    const parts = [part()];
    while (this.#isNext(kind)) parts.push(part());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind, of: parts };
  }
  #factor(depth: number): Selector {
    if (depth > MAX_DEPTH) throw new SelectorError('nested too deeply');
    if (this.#isNext('not')) return { kind: 'not', of: this.#factor(depth + 1) };
    if (this.#isNext('(')) {
      const inner = this.selector(depth + 1);
      this.#expect(')');
      return inner;
    }
    const key = this.#word('a label');
    if (this.#isNext('=')) return { kind: 'is', key, values: [this.#word('a value')] };
    if (this.#isNext('!=')) return { kind: 'not', of: { kind: 'is', key, values: [this.#word('a value')] } };
    if (!this.#isNext('in')) throw new SelectorError(`expected "=", "!=" or "in" after "${key}"`);
    this.#expect('(');
    const values = [this.#word('a value')];
    while (this.#isNext(',')) values.push(this.#word('a value'));
    this.#expect(')');
    return { kind: 'is', key, values };
  }
}

/** Whether an asset is among those a selector means. An asset without the label is not, so `!=` includes it. */
export function selectorMatches(selector: Selector, asset: Selectable): boolean {
  switch (selector.kind) {
    case 'all':
      return true;
    case 'is': {
      const value = fieldOf(asset, selector.key);
      return value !== null && selector.values.includes(value);
    }
    case 'not':
      return !selectorMatches(selector.of, asset);
    case 'and':
      return selector.of.every((part) => selectorMatches(part, asset));
    case 'or':
      return selector.of.some((part) => selectorMatches(part, asset));
  }
}

function fieldOf(asset: Selectable, key: string): string | null {
  switch (key) {
    case 'hostname':
    case 'owner':
    case 'service_group':
    case 'criticality':
    case 'data_sensitivity':
    case 'exposure':
      return asset[key];
    case 'os':
      return asset.facts?.os.id ?? null;
    default:
      return Object.hasOwn(asset.labels, key) ? (asset.labels[key] ?? null) : null;
  }
}
