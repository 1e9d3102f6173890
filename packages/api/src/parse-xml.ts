import type { XmlElement } from '@fleetmend/domain/inventory/parsed-document.ts';
import { SaxesParser } from 'saxes';

/** A document is not what it says it is, or costs more than it may; the message says which. */
export class DocumentRefused extends Error {
  override readonly name = 'DocumentRefused';
}

/** What a document may cost. No real one comes near. */
const LIMITS = { depth: 100, elements: 5_000_000 };

interface OpenElement extends XmlElement {
  children: OpenElement[];
  text: string;
}

/**
 * Parses XML into its elements. Entities of a document's own are not expanded, and nothing outside of it is read.
 * @throws DocumentRefused for what is not XML, or goes beyond the limits.
 */
export function parseXml(path: string, text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true });
  const document: OpenElement = { name: '', namespace: '', attributes: {}, children: [], text: '' };
  const open = [document];
  let count = 0;
  parser.on('opentag', ({ local, uri, attributes }) => {
    if (open.length > LIMITS.depth || ++count > LIMITS.elements)
      throw new DocumentRefused(`${path} goes deeper or on for longer than ${JSON.stringify(LIMITS)}`);
    const own = Object.values(attributes).map((each): [string, string] => [each.local || each.name, each.value]);
    const element = { name: local, namespace: uri, attributes: Object.fromEntries(own), children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  const append = (more: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += more;
  };
  parser.on('text', append);
  parser.on('cdata', append);
  try {
    parser.write(text.replace(/^\ufeff/, '')).close();
  } catch (error) {
    if (error instanceof DocumentRefused) throw error;
    throw new DocumentRefused(`${path} is not XML: ${(error as Error).message}`);
  }
  const [root] = document.children;
  if (root === undefined) throw new DocumentRefused(`${path} is XML without an element`);
  return root;
}
