import { ServiceError } from '../core/errors.ts';
import type { Route } from './route.ts';

/** An operation that AWS has and we do not, in the words of its protocol. */
export function unsupported({ protocol, service }: Route, name: string): ServiceError {
  switch (protocol) {
    case 'query':
      return new ServiceError('InvalidAction', `The action ${name} is not valid for this endpoint.`, { status: 400 });
    case 'rest-xml':
      return new ServiceError(
        'NotImplemented',
        `A header or query you provided requested a function that is not implemented: ${name}`,
        { status: 501 },
      );
    default:
      return new ServiceError(
        'UnknownOperationException',
        `Unknown operation ${name}: Headwater's ${service} has none`,
        {
          status: protocol === 'rest-json' ? 404 : 400,
        },
      );
  }
}

/** An API that we do not have. */
export function unserved({ protocol, service }: Route): ServiceError {
  return new ServiceError('UnknownOperationException', `Headwater does not serve ${service}`, {
    status: protocol === 'rest-json' ? 404 : 400,
  });
}
