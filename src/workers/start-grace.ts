// After a local start chargers come back by themselves: only then it is asked who did not. A wave that is asked as well
// takes longer.
export const START_GRACE_MS = 15_000;
