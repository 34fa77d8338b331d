import { ServiceError } from '../../src/core/errors.ts';
import type { RequestContext } from '../../src/core/operation.ts';

// The texts are AWS's own. Codes are the model's shape names; two have no shape and name their query code themselves.

/** Both protocols have their own sentence for it (recorded). */
export function queueDoesNotExist({ protocol }: Pick<RequestContext, 'protocol'>): ServiceError {
  const inQuery = protocol === 'query' ? ' for this wsdl version' : '';
  const message = `The specified queue does not exist${inQuery}.`;
  return new ServiceError('QueueDoesNotExist', message, { queryCode: 'AWS.SimpleQueueService.NonExistentQueue' });
}

/** A queue of another account whose policy does not let the caller in. */
export function accessDenied(resource: string): ServiceError {
  const message = `Access to the resource ${resource} is denied.`;
  return new ServiceError('AccessDeniedException', message, { queryCode: 'AccessDenied', status: 403 });
}

/** A parameter that SQS refuses in a sentence of its own. */
export function invalidParameterValue(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message, { queryCode: 'InvalidParameterValue' });
}

/** `Value 11 for parameter MaxNumberOfMessages is invalid. Reason: …` */
export function invalidValue(value: unknown, parameter: string, reason: string): ServiceError {
  return invalidParameterValue(`Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`);
}

/** A parameter that must be there. */
export function missingParameter(name: string): ServiceError {
  const message = `The request must contain the parameter ${name}.`;
  return new ServiceError('MissingRequiredParameterException', message, { queryCode: 'MissingParameter' });
}

/** A parameter of FIFO queues on a standard queue, or the other way round. */
export function notForThisQueueType(value: unknown, parameter: string): ServiceError {
  return invalidValue(value, parameter, 'The request include parameter that is not valid for this queue type.');
}

/** An attribute that there is not, or not on such a queue. */
export function unknownAttribute(name: string): ServiceError {
  return new ServiceError('InvalidAttributeName', `Unknown Attribute ${name}.`);
}

/** A value that a queue attribute cannot have. */
export function invalidAttributeValue(name: string, reason?: string): ServiceError {
  const because = reason === undefined ? '' : ` Reason: ${reason}`;
  return new ServiceError('InvalidAttributeValue', `Invalid value for the parameter ${name}.${because}`);
}

/** What move tasks say of queues and tasks that are not there. */
export function resourceNotFound(message: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', message, { status: 404 });
}

/** Text that is no receipt handle of the queue. */
export function receiptHandleIsInvalid(handle: string): ServiceError {
  const message = `The input receipt handle "${handle}" is not a valid receipt handle.`;
  return new ServiceError('ReceiptHandleIsInvalid', message);
}

/** The code as batch results and failure reasons show it: the query protocol's. */
export function legacyCode(error: ServiceError): string {
  return error.options.queryCode ?? error.code;
}
