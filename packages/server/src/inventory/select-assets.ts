import { Problem } from '@fleetmend/api/problems.ts';
import { parseSelector, type Selectable, selectorMatches } from '@fleetmend/domain/inventory/selector.ts';

/** The assets that a selector means. @throws Problem `invalid` for a text that is none */
export function selectAssets<Asset extends Selectable>(assets: readonly Asset[], filter: string): Asset[] {
  const selector = parseSelector(filter);
  if ('error' in selector)
    throw new Problem('invalid', `filter: ${selector.error}`, [{ pointer: '/filter', message: selector.error }]);
  return assets.filter((asset) => selectorMatches(selector, asset));
}
