import type { PackageChanger, PackageManagerPlugin } from './package-manager.ts';

interface Part {
  ecosystem: PackageManagerPlugin['ecosystem'];
  changer: PackageChanger;
}

/** The root halves of one host's package managers as one; each acts on the operations of its own ecosystem. */
export function joinChangers(plugins: readonly PackageManagerPlugin[], folder: string): PackageChanger {
  const parts = plugins.flatMap(({ ecosystem, changer }): Part[] =>
    changer === null ? [] : [{ ecosystem, changer: changer(folder) }],
  );
  /** The first answer that is not null, asking each changer about its own files. */
  async function firstObstacle<T>(
    items: readonly T[],
    ecosystemOf: (item: T) => string,
    ask: (changer: PackageChanger, own: T[]) => Promise<string | null>,
  ): Promise<string | null> {
    const stray = items.find((item) => !parts.some(({ ecosystem }) => ecosystem === ecosystemOf(item)));
    if (stray !== undefined) return `this machine installs no ${ecosystemOf(stray)} packages`;
    for (const { ecosystem, changer } of parts) {
      const own = items.filter((item) => ecosystemOf(item) === ecosystem);
      const obstacle = own.length === 0 ? null : await ask(changer, own);
      if (obstacle !== null) return obstacle;
    }
    return null;
  }
  return {
    lockHolder() {
      for (const { changer } of parts) {
        const holder = changer.lockHolder();
        if (holder !== null) return holder;
      }
      return null;
    },
    async readPackages(operations) {
      const each = parts.map(({ ecosystem, changer }) => {
        const own = operations.filter((operation) => operation.ecosystem === ecosystem);
        return own.length === 0 ? new Map() : changer.readPackages(own);
      });
      return new Map((await Promise.all(each)).flatMap((map) => [...map]));
    },
    findLackOfSpace: (files) =>
      firstObstacle(
        files,
        (file) => file.operation.ecosystem,
        (changer, own) => changer.findLackOfSpace(own),
      ),
    findDeviation: (files, direction) =>
      firstObstacle(
        files,
        (file) => file.operation.ecosystem,
        (changer, own) => changer.findDeviation(own, direction),
      ),
    install: (files, direction) =>
      parts.flatMap(({ ecosystem, changer }) => {
        const own = files.filter(({ operation }) => operation.ecosystem === ecosystem);
        return own.length === 0 ? [] : changer.install(own, direction);
      }),
    async repair(files) {
      const each = parts.map(({ ecosystem, changer }) => {
        const own = files.filter(({ operation }) => operation.ecosystem === ecosystem);
        return own.length === 0 ? [] : changer.repair(own);
      });
      return (await Promise.all(each)).flat();
    },
    async listAutomatic() {
      return (await Promise.all(parts.map(({ changer }) => changer.listAutomatic()))).flat();
    },
    async markAutomatic(before, operations) {
      for (const { ecosystem, changer } of parts) {
        const own = operations.filter((operation) => operation.ecosystem === ecosystem);
        if (own.length > 0) await changer.markAutomatic(before, own);
      }
    },
  };
}
