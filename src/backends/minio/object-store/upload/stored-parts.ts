import type { Upload } from '../../../../core/ports/object-store.ts';
import type { MinioLink } from '../../link.ts';
import { elements, textOf } from '../../xml.ts';
import type { PartName } from './upload-records.ts';

/** A part as MinIO has it. */
export interface StoredPart extends PartName {
  readonly size: number;
}

/** The parts that MinIO has, in order; `undefined` when it knows the upload no more. */
export async function storedParts(
  minio: MinioLink,
  { bucket, key, id }: Pick<Upload, 'bucket' | 'key' | 'id'>,
): Promise<readonly StoredPart[] | undefined> {
  const found: StoredPart[] = [];
  for (let marker = '0'; ; ) {
    const query = { uploadId: id, 'part-number-marker': marker };
    const answer = await minio.send({ method: 'GET', bucket, key, query });
    const text = await answer.text();
    if (answer.status === 404) return undefined;
    found.push(...elements(text, 'Part').map(storedPart));
    if (textOf(text, 'IsTruncated') !== 'true') return found;
    marker = textOf(text, 'NextPartNumberMarker') ?? '';
  }
}

const storedPart = (xml: string): StoredPart => ({
  number: Number(textOf(xml, 'PartNumber')),
  md5: (textOf(xml, 'ETag') ?? '').replaceAll('"', ''),
  size: Number(textOf(xml, 'Size')),
});
