import type { Scope } from '../../../src/core/arn.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import { changeEntry } from '../../../src/core/registry/change-entry.ts';
import { removeUnder, valuesUnder } from '../../../src/core/registry/entries-under.ts';
import { notFound } from '../errors.ts';
import { ARCHIVES, type Archive, archiveKey, type Named } from './archive.ts';

/** All archives, in the registry. */
export interface ArchiveDirectory {
  find(name: Named): Promise<Archive | undefined>;
  /** Refuses when there is none. */
  get(name: Named): Promise<Archive>;
  /** The archives of one account and region by name; all there are without one. */
  list(scope?: Scope): Promise<readonly Archive[]>;
  /** Refuses when there is one of that name. */
  create(archive: Archive): Promise<void>;
  /** Stores what `change` makes of the archive; refuses when it is not there. */
  change(name: Named, change: (current: Archive) => Archive): Promise<Archive>;
  remove(name: Named): Promise<void>;
  clear(): Promise<void>;
}

/** The directory over a registry. */
export function createArchiveDirectory(registry: Registry): ArchiveDirectory {
  const find = async (name: Named) => (await registry.get<Archive>(archiveKey(name)))?.value;
  return {
    find,
    async get(name) {
      const archive = await find(name);
      if (!archive) throw archiveNotFound(name.name);
      return archive;
    },
    async list(scope) {
      const prefix = scope ? `${ARCHIVES}${scope.account}/${scope.region}/` : ARCHIVES;
      return await valuesUnder<Archive>(registry, prefix);
    },
    async create(archive) {
      await changeEntry<Archive>(registry, archiveKey(archive), (current) => {
        if (!current) return archive;
        throw new ServiceError('ResourceAlreadyExistsException', `Archive ${archive.name} already exists.`);
      });
    },
    change: (name, change) =>
      changeEntry(registry, archiveKey(name), (current: Archive | undefined) => {
        if (!current) throw archiveNotFound(name.name);
        return change(current);
      }),
    remove: (name) => registry.remove(archiveKey(name)),
    clear: () => removeUnder(registry, ARCHIVES),
  };
}

const archiveNotFound = (name: string): ServiceError => notFound(`Archive ${name} does not exist.`);
