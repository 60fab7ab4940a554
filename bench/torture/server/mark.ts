/** Begins a line that tells of something which escaped. */
export const MARK = "RACK-UNCAUGHT";
