import { HeadwaterError } from '../core/errors.ts';

/** A refusal with its HTTP status. */
export class AdminError extends HeadwaterError {
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(code, message);
    this.status = status;
  }
}
