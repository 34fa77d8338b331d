import { Client } from 'minio';

/** MinIO's own client, as users would make it of that URL. */
export function minioClient(url: string): Client {
  const { hostname, port, username, password } = new URL(url);
  return new Client({
    ...{ endPoint: hostname, port: Number(port), useSSL: false, region: 'us-east-1' },
    ...{ accessKey: username, secretKey: password },
  });
}
