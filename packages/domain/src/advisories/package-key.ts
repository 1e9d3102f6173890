/**
 * A package's name as it is compared on a platform (in small letters): PyPI's are equal whatever their case and separators
 * (https://peps.python.org/pep-0503/#normalized-names), Windows is called the same in any case (`Systems`, `systems`) and by agents
 * in one word (`Windows_Server_2022`); all others are as they are written.
 */
export function packageKey(platform: string, name: string): string {
  if (platform === 'pypi') return name.toLowerCase().replace(/[-_.]+/g, '-');
  return platform === 'windows' ? name.toLowerCase().replace(/[\s_]+/g, '_') : name;
}
