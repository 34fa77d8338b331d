import type { LoadedModel } from '../codecs/loaded-model.ts';
import type { ServiceModel } from './model.ts';
import { createRestRoutes, type FindRoute } from './rest-routes.ts';
import { createShapes } from './shape.ts';

/** The model of a service by its name. */
export type LoadedModels = (name: string) => LoadedModel | Promise<LoadedModel>;

/**
 * Loads each model once, when its service is first called; later calls get it at once.
 * @param read gives `JSON.parse` of `src/gateway/models/<name>.json`
 */
export function createLoadedModels(read: (name: string) => Promise<unknown>): LoadedModels {
  const loaded = new Map<string, LoadedModel | Promise<LoadedModel>>();
  return (name) => {
    const known = loaded.get(name);
    if (known) return known;
    const loading = read(name).then((model) => {
      const ready = prepareModel(model as ServiceModel);
      loaded.set(name, ready);
      return ready;
    });
    loaded.set(name, loading);
    loading.catch(() => loaded.delete(name));
    return loading;
  };
}

/** A model with its shapes linked; its routes are made on the first REST call. */
export function prepareModel(model: ServiceModel): LoadedModel {
  const shapeOf = createShapes(model);
  let findRoute: FindRoute | undefined;
  return {
    model,
    shapeOf,
    findRoute(target) {
      findRoute ??= createRestRoutes(model, shapeOf);
      return findRoute(target);
    },
  };
}
