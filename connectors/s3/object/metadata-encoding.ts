/**
 * User metadata travels in headers, where other characters than ASCII are written as RFC 2047 words. S3 decodes such words
 * when it stores a value and encodes anew when it shows it (docs: UsingMetadata.html), as `MimeUtility` of JavaMail does.
 */
export function decodeMetadata(value: string): string {
  return value.replace(/=\?UTF-8\?([BQ])\?(.*?)\?=(?=\s|$)/gi, (_word, kind: string, text: string) =>
    kind.toUpperCase() === 'B' ? decodeBase64(text) : decodeQuoted(text),
  );
}

/** The value as a header can carry it. */
export function encodeMetadata(value: string): string {
  const bytes = Buffer.from(value, 'utf8');
  const foreign = bytes.filter(isForeign).length;
  if (foreign === 0) return value;
  const mostlyAscii = bytes.length - foreign > foreign;
  return mostlyAscii ? `=?UTF-8?Q?${encodeQuoted(bytes)}?=` : `=?UTF-8?B?${bytes.toString('base64')}?=`;
}

const isForeign = (byte: number) => byte >= 0x7f || (byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);

/** `=` anywhere but at the end counts as 63 there, which a recorded answer shows. */
function decodeBase64(text: string): string {
  return Buffer.from(text.replace(/=(?=[^=])/g, '/'), 'base64').toString('utf8');
}

function decodeQuoted(text: string): string {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const hex = text[i] === '=' ? text.slice(i + 1, i + 3) : '';
    if (/^[0-9a-f]{2}$/i.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      i += 2;
    } else if (text[i] === '_') bytes.push(0x20);
    else bytes.push(...Buffer.from(text[i] ?? '', 'utf8'));
  }
  return Buffer.from(bytes).toString('utf8');
}

function encodeQuoted(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (character === ' ') text += '_';
    else if (isForeign(byte) || '=_?'.includes(character))
      text += `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    else text += character;
  }
  return text;
}
