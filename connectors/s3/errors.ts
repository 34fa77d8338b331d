import { ServiceError } from '../../src/core/errors.ts';
import type { Json } from '../../src/core/event.ts';

type Members = Readonly<Record<string, Json>>;

/** An S3 refusal in S3's own words. */
export const refusal = (status: number, code: string, message: string, members: Members = {}): ServiceError =>
  new ServiceError(code, message, { status, members });

/** There is no bucket of that name. */
export const noSuchBucket = (BucketName: string): ServiceError =>
  refusal(404, 'NoSuchBucket', 'The specified bucket does not exist', { BucketName });

/** There is no such object, or a delete marker covers it. */
export const noSuchKey = (Key: string): ServiceError =>
  refusal(404, 'NoSuchKey', 'The specified key does not exist.', { Key });

/** The object has no such version. */
export const noSuchVersion = (Key: string, VersionId: string): ServiceError =>
  refusal(404, 'NoSuchVersion', 'The specified version does not exist.', { Key, VersionId });

/** The upload never was, or has ended. */
export const noSuchUpload = (UploadId: string): ServiceError =>
  refusal(
    404,
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId },
  );

/** One argument is wrong; the members name it. */
export const invalidArgument = (message: string, members: Members = {}): ServiceError =>
  refusal(400, 'InvalidArgument', message, members);

/** The request makes no sense as a whole. */
export const invalidRequest = (message: string): ServiceError => refusal(400, 'InvalidRequest', message);

/** A document lacks something, or holds what its schema does not allow. */
export const malformedXml = (): ServiceError =>
  refusal(
    400,
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

/** The caller may not. */
export const accessDenied = (message = 'Access Denied'): ServiceError => refusal(403, 'AccessDenied', message);

/** A condition of the request does not hold. */
export const preconditionFailed = (Condition: string): ServiceError =>
  refusal(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', { Condition });

/** A header whose effect does not exist: AWS's own refusal for it. */
export const notImplementedHeader = (Header: string, additionalMessage?: string): ServiceError =>
  refusal(501, 'NotImplemented', 'A header you provided implies functionality that is not implemented', {
    Header,
    ...(additionalMessage === undefined ? {} : { additionalMessage }),
  });

/** @param Method of the request. */
export const deleteMarkerNotAllowed = (Method: string, headers: Readonly<Record<string, string>> = {}): ServiceError =>
  new ServiceError('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    status: 405,
    members: { Method, ResourceType: 'DeleteMarker' },
    headers,
  });
