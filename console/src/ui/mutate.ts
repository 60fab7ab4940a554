// Something is changed: the button waits, the lists are read anew, and a refusal is said in the server's words.
import { useState } from "react";
import { invalidate } from "../api/queries";
import { notifyDone, notifyFailure } from "./notify";

interface Words {
  /** Said when it is done. */
  done?: string;
  /** Paths whose readings it makes stale. */
  stale: readonly string[];
}

/**
 * @returns `run`, which does it and resolves with whether it was done, and `isBusy`
 * @example const remove = useChange({ done: t("deleted"), stale: ["/api/files"] });
 *          remove.run(() => api.DELETE("/api/files/{id}", { params: { path: { id } } }))
 */
export function useChange({ done, stale }: Words) {
  const [isBusy, setBusy] = useState(false);
  const run = async (work: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    try {
      await work();
      if (done !== undefined) notifyDone(done);
      await invalidate(...stale);
      return true;
    } catch (error) {
      notifyFailure(error);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { run, isBusy };
}
