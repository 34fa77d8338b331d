/** What all ports share. A port is a small interface that the core owns and a backend implements. */
export interface Port extends AsyncDisposable {
  /** The technology beneath it, e.g. `embedded`. */
  readonly driver: string;
}
