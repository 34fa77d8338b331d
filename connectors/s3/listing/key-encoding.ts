/** A key in the path of a URL: slashes stay. */
export const encodeKey = (key: string): string =>
  encodeURIComponent(key)
    .replace(/%2F/g, '/')
    .replace(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** A key in a listing with `encoding-type=url`: as in a form, but slashes stay. */
const encodeListed = (key: string): string => encodeKey(key).replace(/%20/g, '+').replace(/~/g, '%7E');

/** The member by which a request asks for encoded keys. */
export interface EncodingInput {
  readonly EncodingType?: string | undefined;
}

/** How keys are to be written in a listing. */
export const keyWriter = ({ EncodingType }: EncodingInput): ((key: string) => string) =>
  EncodingType === 'url' ? encodeListed : (key) => key;
