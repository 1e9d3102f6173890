import { checkYaml } from '@fleetmend/domain/feeds/yaml-guard.ts';
import type { ParsedDocument } from '@fleetmend/domain/inventory/parsed-document.ts';
import { DocumentRefused, parseXml } from './parse-xml.ts';

const TOML = /^\[\[packages?\]\]/m;
const YAML = /^(?:lockfileVersion|__metadata|PODS|sdks|confinement|architectures|grade):/m;
/** Lock files of large repositories have 100,000 lines. */
const YAML_LIMITS = { yaml_depth: 64, yaml_entries: 500_000, yaml_line: 20_000 };

/**
 * Parses a text as what its first characters say it is. Lock files in YAML and TOML are told by the keys they have.
 * @throws DocumentRefused for what is not what it says it is.
 */
export async function parseDocument(path: string, text: string): Promise<ParsedDocument> {
  if (/^\s*[{[]/.test(text) && !TOML.test(text)) return { form: 'json', value: await parseJson(path, text) };
  if (/^\s*</.test(text)) return { form: 'xml', root: parseXml(path, text) };
  if (TOML.test(text)) {
    const { parse } = await import('smol-toml');
    return { form: 'toml', value: parseAs(path, 'TOML', () => parse(text)) };
  }
  if (YAML.test(text)) return { form: 'yaml', value: await parseYaml(path, text) };
  return { form: 'text', text };
}

/** One document; or an object on each line: those are packages; or the JSON of bun, which ends lists with a comma. */
async function parseJson(path: string, text: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (/^\s*\{\s*"lockfileVersion"/.test(text)) return parseYaml(path, text);
    try {
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line) as unknown);
    } catch {
      throw new DocumentRefused(`${path} is not JSON: ${(error as Error).message}`);
    }
  }
}

/** Whether a key stands twice is not asked: the parser would compare each with each. */
async function parseYaml(path: string, text: string): Promise<unknown> {
  const tooMuch = checkYaml(text, YAML_LIMITS);
  if (tooMuch !== null) throw new DocumentRefused(`${path} cannot be read: ${tooMuch}`);
  const { parse } = await import('yaml');
  return parseAs(path, 'YAML', () => parse(text, { maxAliasCount: 100, logLevel: 'error', uniqueKeys: false }));
}

function parseAs(path: string, form: string, parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    throw new DocumentRefused(`${path} is not ${form}: ${(error as Error).message.split('\n')[0]}`);
  }
}
