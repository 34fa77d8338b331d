/** The id of a version that was written without versioning. */
export const NULL_VERSION = 'null';

/** A version id as AWS's look: 32 characters. MinIO's are UUIDs, which have that many beside their dashes. */
export const shownVersionId = (minioId: string | undefined): string =>
  minioId === undefined || minioId === '' || minioId === NULL_VERSION ? NULL_VERSION : minioId.replaceAll('-', '');

/** MinIO's id of a version; `undefined` when no version of MinIO can have that id. */
export function minioVersionId(shown: string): string | undefined {
  if (shown === NULL_VERSION) return NULL_VERSION;
  const parts = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(shown);
  return parts?.slice(1).join('-');
}
