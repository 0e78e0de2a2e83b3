/** Markup that was made by this package, and is not escaped again. */

/** Text that is HTML already. Only `html` makes it. */
export interface Html {
  readonly html: string;
}
