import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node } from 'yaml';

/**
 * Where in the text a value stands: the character at which the deepest part of its path begins that is there.
 * With `key`, where that key of the value stands.
 */
export function placeOf(document: Document.Parsed, path: readonly PropertyKey[], key?: string): number {
  let node: Node | null = document.contents;
  let place = node?.range?.[0] ?? 0;
  for (const part of key === undefined ? path : [...path, key]) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    const next = child(node, String(part));
    if (next === null) return place;
    place = next.place;
    node = next.node;
  }
  return key === undefined && node?.range ? node.range[0] : place;
}

function child(node: Node | null, part: string): { node: Node | null; place: number } | null {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === part);
    if (pair === undefined || !isNode(pair.key)) return null;
    return { node: isNode(pair.value) ? pair.value : null, place: pair.key.range?.[0] ?? 0 };
  }
  if (!isSeq(node)) return null;
  const item = node.items[Number(part)];
  return isNode(item) ? { node: item, place: item.range?.[0] ?? 0 } : null;
}
