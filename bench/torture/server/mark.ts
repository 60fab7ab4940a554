/** Begins a line that tells of something which escaped. */
export const MARK = "RACK-UNCAUGHT";
/** The method that the rack gives to actors, by which they end themselves. */
export const ABORT = "abortOnTheRack";
/** Why they end. */
export const ABORTED = "aborted on the rack";
