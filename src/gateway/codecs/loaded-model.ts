import type { ServiceModel } from '../schema/model.ts';
import type { FindRoute } from '../schema/rest-routes.ts';
import type { Shape, StructureShape } from '../schema/shape.ts';

/** One AWS API with its model, ready to be called. */
export interface LoadedModel {
  readonly model: ServiceModel;
  readonly shapeOf: (name: string) => Shape | undefined;
  /** Of REST services. */
  readonly findRoute: FindRoute;
}

/** The structure behind an operation's input, output, or an error's code. */
export function structureOf(loaded: LoadedModel, name: string | undefined): StructureShape | undefined {
  const shape = name === undefined ? undefined : loaded.shapeOf(name);
  return shape?.kind === 'structure' ? shape : undefined;
}
